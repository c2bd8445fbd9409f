// SPDX-License-Identifier: EUPL-1.2
// Organisations, found by name or SIRET; those that are suspended when nothing is looked for.
import { at, usePages } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Form, Text } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { day, t, word } from "../shared/text.js";
import { Empty, More, Read, Tag } from "../shared/ui.js";
import { Decision, Suspension } from "./decisions.js";
import { ModerationPage, Register, allowed, claimed } from "./pages.js";

export default function Organisations({ query }) {
  const asked = query.get("q") ?? "";
  const [q, setQ] = useState(asked);
  useEffect(() => setQ(asked), [asked]);
  const found = usePages(allowed(at("/v1/moderation/organisations", asked ? { q: asked } : { suspended: 1 })));
  const look = () => navigate(at("/app/moderation/organisations", { q: q.trim() }));
  return html`<${ModerationPage} title=${t("moderation.organisations.title")}>
    <${Form} submit=${look} label=${t("moderation.find")}>
      <${Text} path="/q" value=${q} on=${setQ} label=${t("moderation.find.what")} type="search" needed />
      <button class="main">${t("moderation.find")}</button>
    <//>
    <h2>${asked ? t("moderation.found", { q: asked }) : t("moderation.suspended.all")}</h2>
    <${Read} from=${found}>${() => found.items.length
      ? html`<ul class="plain">${found.items.map((o) => html`<${Found} key=${o.id} o=${o} reload=${found.reload} />`)}</ul><${More} pages=${found} />`
      : asked ? html`<${Empty} title=${t("moderation.found.none")}><p>${t("moderation.found.none.why")}</p><//>`
      : html`<p class="soft">${t("moderation.suspended.none")}</p>`}<//>
  <//>`;
}

const Found = ({ o, reload }) => html`<li class="card">
  <h3>${o.name}</h3>
  <p>SIRET ${o.siret} · <${Register} siret=${o.siret} /> ${o.suspended && html`<${Tag} kind="bad">${t("moderation.suspended.since", { day: day(o.suspended) })}<//>`}</p>
  <p class="row">
    ${o.kinds.map((k) => html`<${Tag}>${k === "organiser" ? claimed(k) : word("kind", k)}<//>`)}
    ${o.structures.map((s) => html`<${Tag} kind="good">${word("structure", s)}<//>`)}
    ${o.declared.map((d) => html`<${Tag} kind="warn">${t("moderation.declared", { claim: claimed(d) })}<//>`)}
  </p>
  <div class="row">
    ${[...o.structures, ...o.kinds.filter((k) => k === "organiser")].map((claim) => html`<${Decision} key=${claim} class="small" path=${`/v1/moderation/claims/${o.id}`} body=${{ claim, verdict: "no" }} record="claim_verdict" done=${reload}
      text=${t("moderation.unconfirm", { claim: claimed(claim) })} question=${t("moderation.unconfirm.ask", { claim: claimed(claim), name: o.name })} why=${t("moderation.unconfirm.why")} said=${t("moderation.unconfirmed", { claim: claimed(claim), name: o.name })} />`)}
    <${Suspension} o=${o} done=${reload} />
  </div>
</li>`;
