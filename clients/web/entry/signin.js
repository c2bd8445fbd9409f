// SPDX-License-Identifier: EUPL-1.2
// Signing in: by password, or by a link that is mailed; and a forgotten password.
import { at, post } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Form, Text, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { session, setSession } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { t } from "../shared/text.js";
import { Page } from "../shared/ui.js";
import { keepWanted, takeWanted, wanted } from "./where.js";

export default function SignIn({ query }) {
  const [sent, setSent] = useState(null);
  const [record, bind] = useRecord({ email: "", password: "" });
  const who = useStore(session);
  useEffect(() => {
    if (!who) return;
    const kept = takeWanted();
    navigate(wanted(query) ?? kept ?? "/app", { replace: true });
  }, [who]);
  const submit = async (e) => {
    const kind = e.submitter?.value ?? "password";
    if (kind === "password" && record.password) return setSession(await post("/v1/session", record));
    await post(`/v1/tickets/${kind === "reset" ? kind : "signin"}`, { email: record.email });
    keepWanted(query);
    setSent(record.email);
  };
  if (sent) return html`<${Page} title=${t("mailed")} narrow><p>${t("mailed.why", { address: sent })}</p><p>${t("mailed.nothing")}</p><p><button type="button" onClick=${() => setSent(null)}>${t("back")}</button></p><//>`;
  return html`<${Page} title=${t("signin")} narrow>
    <${Form} submit=${submit}>
      <${Text} ...${bind("/email")} record="signin" type="email" autocomplete="username" />
      <${Text} ...${bind("/password")} label=${t("password")} hint=${t("password.hint")} type="password" autocomplete="current-password" />
      <div class="row">
        <button class="main" value="password">${t("signin")}</button>
        <button value="signin">${t("signin.link")}</button>
        <button class="link" value="reset">${t("signin.forgotten")}</button>
      </div>
    <//>
    <h2>${t("signup.first")}</h2>
    <p>${t("signup.first.why")}</p>
    <p><a class="button" href=${at("/app/signup", { to: wanted(query) })}>${t("signup")}</a></p>
  <//>`;
}
