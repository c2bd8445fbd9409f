// SPDX-License-Identifier: EUPL-1.2
// A session that has ended under somebody's hands: the question to sign in again stands above the page, and nothing that was written is lost.
import { get, post } from "./api.js";
import { html, useState } from "./html.js";
import { Form, Text, useRecord } from "./form.js";
import { ended, leave, resume, session } from "./session.js";
import { useStore } from "./store.js";
import { t } from "./text.js";
import { Button, Dialog } from "./ui.js";

export function Ended() {
  const open = useStore(ended);
  return html`<${Dialog} open=${open} title=${t("ended")} onClose=${() => ended.set(false)}>${open && html`<${Again} />`}<//>`;
}

function Again() {
  const [record, bind] = useRecord({ email: session.get().person.email, password: "" });
  const [mailed, setMailed] = useState(false);
  const submit = async (e) => {
    if (e.submitter?.value !== "link") return resume(await post("/v1/session", record));
    await post("/v1/tickets/signin", { email: record.email });
    setMailed(true);
  };
  return html`<p>${t("ended.why")}</p>
    ${mailed
      ? html`<p>${t("ended.mailed", { address: record.email })}</p><p><${Button} class="main" onClick=${async () => resume(await get("/v1/session"))}>${t("ended.done")}<//></p>`
      : html`<${Form} submit=${submit}>
          <${Text} ...${bind("/email")} label=${t("ended.email")} type="email" autocomplete="username" needed />
          <${Text} ...${bind("/password")} label=${t("ended.password")} type="password" autocomplete="current-password" needed />
          <div class="row"><button class="main">${t("signin")}</button><button value="link">${t("ended.link")}</button></div>
        <//>`}
    <p><button type="button" class="link" onClick=${() => leave({ tell: false })}>${t("ended.leave")}</button></p>`;
}
