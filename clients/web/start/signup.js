// SPDX-License-Identifier: EUPL-1.2
// Signing up: the SIRET first. What is registered of the enterprise can be joined; else an organisation is made.
import { get, post } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Choices, Form, Radios, Text, useRecord } from "../shared/form.js";
import { language, t, word } from "../shared/text.js";
import { Page, Tag } from "../shared/ui.js";

const digits = (text) => text.replace(/\D/g, "");

export default function SignUp({ query }) {
  const [siret, setSiret] = useState(digits(query.get("siret") ?? ""));
  const [found, setFound] = useState(null); // of GET /v1/enterprises/{siret}
  const [sent, setSent] = useState(null);
  const look = async () => setFound(await get(`/v1/enterprises/${digits(siret) || "0"}`));
  useEffect(() => {
    if (digits(siret).length === 14) look().catch(() => {});
  }, []);
  if (sent) return html`<${Page} title=${t("mailed")} narrow><p>${t("mailed.signup", { address: sent })}</p><//>`;
  if (!found) return html`<${Page} title=${t("signup")} lead=${t("signup.lead")} narrow>
    <${Form} submit=${look}>
      <${Text} path="/siret" value=${siret} on=${setSiret} label=${t("signup.siret")} hint=${t("signup.siret.hint")} needed inputmode="numeric" autocomplete="off" />
      <button class="main">${t("continue")}</button>
    <//>
    <p>${t("signup.already")} <a href="/app/signin">${t("signin")}</a></p>
  <//>`;
  return html`<${Person} found=${found} back=${() => setFound(null)} done=${setSent} />`;
}

function Person({ found, back, done }) {
  const [record, bind] = useRecord({ siret: found.siret, kinds: [] });
  const [how, setHow] = useState(found.registered.length ? found.registered[0].id : "new");
  const joins = how !== "new" && how !== "separate";
  const submit = async () => {
    const body = { ...record, language: language.get() };
    if (joins) {
      body.join = how;
      for (const unused of ["organisation", "kinds", "structures"]) delete body[unused];
    } else if (how === "separate") body.separate = true;
    await post("/v1/signup", body);
    done(record.email);
  };
  const options = [...found.registered.map((o) => [o.id, t("signup.join", { name: o.name }), o.siret]), ["separate", t("signup.separate")]];
  return html`<${Page} title=${t("signup")} narrow>
    <p>SIRET <strong>${found.siret.replace(/(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ")}</strong> <button type="button" class="link" onClick=${back}>${t("change")}</button></p>
    <${Form} submit=${submit}>
      ${found.registered.length > 0 && html`<${Radios} path="/join" label=${t("signup.known")} hint=${t("signup.known.hint")} needed value=${how} on=${setHow} options=${options} />`}
      ${!joins && html`
        <${Text} ...${bind("/organisation")} record="signup" label=${t("signup.organisation")} needed autocomplete="organization" />
        <${Choices} ...${bind("/kinds")} list="kind" label=${t("signup.kinds")} hint=${t("signup.kinds.hint")} needed />
        ${record.kinds?.includes("supplier") && html`<${Choices} ...${bind("/structures")} list="structure" label=${t("signup.structures")} hint=${t("signup.structures.hint")} />`}`}
      <${Text} ...${bind("/name")} record="signup" autocomplete="name" />
      <${Text} ...${bind("/email")} record="signup" type="email" hint=${t("signup.email.hint")} autocomplete="email" />
      <p class="note">${t("signup.privacy")} <a href="/privacy" target="_self">${t("signup.privacy.more")}</a></p>
      <button class="main">${t("signup")}</button>
    <//>
  <//>`;
}
