// SPDX-License-Identifier: EUPL-1.2
// Signing up: the SIRET first. What is registered of the enterprise can be joined; else an organisation is made.
import { at, get, post } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Choices, Form, Radios, Text, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { language, t, word } from "../shared/text.js";
import { Button, Page, say } from "../shared/ui.js";
import { keepWanted, wanted } from "./where.js";

const digits = (text) => text.replace(/\D/g, "");

export default function SignUp({ query }) {
  const [siret, setSiret] = useState(digits(query.get("siret") ?? ""));
  const [found, setFound] = useState(null); // of GET /v1/enterprises/{siret}
  const [sent, setSent] = useState(null), [given, setGiven] = useState();
  const look = async () => setFound(await get(`/v1/enterprises/${digits(siret) || "0"}`));
  useEffect(() => {
    if (digits(siret).length === 14) look().catch(() => {});
  }, []);
  if (sent) return html`<${Sent} of=${sent} back=${() => (setGiven(sent), setSent(null))} />`;
  if (!found) return html`<${Page} title=${t("signup")} lead=${t("signup.lead")} narrow>
    <${Form} submit=${look}>
      <${Text} path="/siret" value=${siret} on=${setSiret} label=${t("signup.siret")} hint=${t("signup.siret.hint")} needed inputmode="numeric" autocomplete="off" />
      <button class="main">${t("continue")}</button>
    <//>
    <p>${t("signup.already")} <a href=${at("/app/signin", { to: wanted(query) })}>${t("signin")}</a></p>
  <//>`;
  const done = (body) => (keepWanted(query), setSent(body));
  return html`<${Person} found=${found} kind=${query.get("kind")} given=${given} back=${() => setFound(null)} done=${done} />`;
}

// The address may be wrong, or the mail may not come.
function Sent({ of, back }) {
  const again = async () => {
    await post("/v1/signup", of);
    say(t("mailed.again.done"));
  };
  return html`<${Page} title=${t("mailed")} narrow>
    <p>${t("mailed.signup", { address: of.email })}</p>
    <p>${t("mailed.nothing")}</p>
    <div class="row"><${Button} onClick=${again}>${t("mailed.again")}<//><button type="button" onClick=${back}>${t("mailed.other")}</button></div>
  <//>`;
}

const KINDS = ["buyer", "supplier", "organiser"];
const kinds = () => KINDS.map((kind) => [kind, word("kind", kind), t(`signup.kind.${kind}`)]);

// kind: as which one came; given: what was sent before, to an address that was wrong.
function Person({ found, kind, given, back, done }) {
  const [record, bind] = useRecord(given ?? { siret: found.siret, kinds: KINDS.filter((one) => one === kind) });
  const [how, setHow] = useState(given?.join ?? (given?.separate ? "separate" : (found.registered[0]?.id ?? "new")));
  const joins = how !== "new" && how !== "separate";
  const submit = async () => {
    const { organisation, kinds: chosen, structures, name, email } = record;
    const whose = joins ? { join: how } : { organisation, kinds: chosen, structures, ...(how === "separate" && { separate: true }) };
    const body = { siret: found.siret, name, email, language: language.get(), ...whose };
    await post("/v1/signup", body);
    done(body);
  };
  const options = [...found.registered.map((o) => [o.id, t("signup.join", { name: o.name }), o.siret]), ["separate", t("signup.separate")]];
  return html`<${Page} title=${t("signup")} narrow>
    <p>SIRET <strong>${found.siret.replace(/(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ")}</strong> <button type="button" class="link" onClick=${back}>${t("change")}</button></p>
    <${Form} submit=${submit}>
      ${found.registered.length > 0 && html`<${Radios} path="/join" label=${t("signup.known")} hint=${t("signup.known.hint")} needed value=${how} on=${setHow} options=${options} />`}
      ${!joins && html`
        <${Text} ...${bind("/organisation")} record="signup" label=${t("signup.organisation")} needed autocomplete="organization" />
        <${Choices} ...${bind("/kinds")} options=${kinds()} label=${t("signup.kinds")} hint=${t("signup.kinds.hint")} needed />
        ${record.kinds?.includes("supplier") && html`<${Choices} ...${bind("/structures")} list="structure" label=${t("signup.structures")} hint=${t("signup.structures.hint")} />`}`}
      <${Text} ...${bind("/name")} record="signup" label=${t("signup.name")} autocomplete="name" />
      <${Text} ...${bind("/email")} record="signup" type="email" hint=${t("signup.email.hint")} autocomplete="email" />
      <${Privacy} of="signup.privacy" />
      <button class="main">${t("signup")}</button>
    <//>
  <//>`;
}
