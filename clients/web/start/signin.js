// SPDX-License-Identifier: EUPL-1.2
// Signing in: by password, or by a link that is mailed; and a forgotten password.
import { post } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Form, Text, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { session, setSession } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { t } from "../shared/text.js";
import { Page } from "../shared/ui.js";

// Only a place of this client: an address in ?to= could lead anywhere.
const next = (query) => (/^\/app(\/[\w/-]*)?(\?[^#]*)?$/.test(query.get("to") ?? "") ? query.get("to") : "/app");

export default function SignIn({ query }) {
  const [sent, setSent] = useState(null);
  const [record, bind] = useRecord({ email: "", password: "" });
  const who = useStore(session);
  useEffect(() => {
    if (who) navigate(next(query), { replace: true });
  }, [who]);
  const submit = async (e) => {
    const kind = e.submitter?.value;
    if (kind === "password") return setSession(await post("/v1/session", record));
    await post(`/v1/tickets/${kind}`, { email: record.email });
    setSent(record.email);
  };
  if (sent) return html`<${Page} title=${t("mailed")} narrow><p>${t("mailed.why", { address: sent })}</p><p><button type="button" onClick=${() => setSent(null)}>${t("back")}</button></p><//>`;
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
    <p><a class="button" href="/app/signup">${t("signup")}</a></p>
  <//>`;
}
