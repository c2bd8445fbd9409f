// SPDX-License-Identifier: EUPL-1.2
// What the organisation says of itself; what of it a moderator has confirmed is shown apart from what it declares.
import { get, put, useGet } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Choices, Form, Text, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { mayAdminister, setSession } from "../shared/session.js";
import { instant, t, word } from "../shared/text.js";
import { Read, Tag, say, useUnsaved } from "../shared/ui.js";
import { OrganisationPage } from "./pages.js";

const claim = (one) => (one === "organiser" ? word("kind", one) : word("structure", one));

export default function Organisation() {
  const organisation = useGet("/v1/organisation");
  const saved = async (data) => {
    organisation.put(data);
    await setSession(await get("/v1/session")); // its name and kinds decide what the frame shows
    say(t("saved"));
  };
  return html`<${OrganisationPage} title=${t("organisation")}>
    <${Read} from=${organisation}>${(o) => html`
      ${o.suspended && html`<div class="note bad"><p><strong>${t("organisation.suspended", { day: instant(o.suspended) })}</strong></p><p>${t("organisation.suspended.why")}</p></div>`}
      ${mayAdminister() && !o.suspended ? html`<${Claims} o=${o} /><${Change} key=${o.version} o=${o} saved=${saved} />` : html`<${Facts} o=${o} /><${Claims} o=${o} />`}`}<//>
  <//>`;
}

const Claims = ({ o }) => html`<section aria-labelledby="claims">
  <h2 id="claims">${t("claims")}</h2>
  <ul class="plain">
    ${[...o.kinds.map((k) => word("kind", k)), ...o.structures.map(claim)].map((text) => html`<li class="row" key=${text}><${Tag} kind="good">${t("claims.confirmed")}<//> ${text}</li>`)}
    ${o.declared.map((one) => html`<li class="row" key=${one}><${Tag} kind="warn">${t("claims.declared")}<//> ${claim(one)}</li>`)}
  </ul>
  ${o.declared.length > 0 && html`<p class="soft">${t("claims.why")}</p>`}
</section>`;

const Facts = ({ o }) => html`<dl class="facts">
  <dt>${t("organisation.name")}</dt><dd>${o.name}</dd>
  <dt>SIRET</dt><dd>${o.siret}</dd>
  ${o.contact && html`<dt>${t("organisation.contact")}</dt><dd>${[o.contact.name, o.contact.email, o.contact.phone].filter(Boolean).join(", ")}</dd>`}
</dl>`;

function Change({ o, saved }) {
  const [initial] = useState(() => ({
    name: o.name,
    kinds: [...o.kinds, ...o.declared.filter((one) => one === "organiser")],
    structures: [...o.structures, ...o.declared.filter((one) => one !== "organiser")],
    contact_name: o.contact?.name, contact_email: o.contact?.email, contact_phone: o.contact?.phone,
  }));
  const [record, bind] = useRecord(initial);
  const [version, setVersion] = useState(o.version);
  useUnsaved(record !== initial);
  const submit = async () => {
    try {
      await saved(await put("/v1/organisation", record, version));
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      setVersion((await get("/v1/organisation")).version); // what was written here stays, and can be saved over the other
      throw Object.assign(problem, { message: t("organisation.overtaken") });
    }
  };
  return html`<h2>${t("organisation.change")}</h2>
    <${Form} submit=${submit}>
      <p>SIRET <strong>${o.siret}</strong></p>
      <${Text} ...${bind("/name")} record="organisation" autocomplete="organization" />
      <${Choices} ...${bind("/kinds")} record="organisation" label=${t("organisation.kinds")} list="kind" hint=${t("organisation.kinds.hint")} />
      ${record.kinds?.includes("supplier") && html`<${Choices} ...${bind("/structures")} record="organisation" label=${t("organisation.structures")} list="structure" hint=${t("organisation.structures.hint")} />`}
      <h3>${t("organisation.contact")}</h3>
      <p class="hint">${t("organisation.contact.hint")}</p>
      <${Text} ...${bind("/contact_name")} record="organisation" autocomplete="section-contact name" />
      <${Text} ...${bind("/contact_email")} record="organisation" type="email" autocomplete="section-contact work email" />
      <${Text} ...${bind("/contact_phone")} record="organisation" type="tel" autocomplete="section-contact work tel" />
      <${Privacy} of="organisation.privacy" />
      <button class="main">${t("save")}</button>
    <//>`;
}
