// SPDX-License-Identifier: EUPL-1.2
// How many slots and tables a convention needs, and what is impossible, before anything is planned.
import { useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { number, t } from "../shared/text.js";
import { Read, Tag } from "../shared/ui.js";
import { useSoon } from "./frame.js";
import { pathOf } from "./said.js";

// Whether all can be placed, in a sentence: {kind, text, why}.
export function prospect(a) {
  if (a.impossible) return { kind: "bad", text: t("conv.advice.impossible"), why: a.impossible };
  const slots = Math.max(0, a.least_slots - a.slots), tables = Math.max(0, a.least_tables - a.tables);
  const short = [slots && t("conv.advice.short.slots", { n: slots }), tables && t("conv.advice.short.tables", { n: tables })].filter(Boolean).join(" ");
  if (a.bounds.weight < a.weight) return { kind: "warn", text: t("conv.advice.most", { share: number(a.bounds.weight / a.weight, { style: "percent", maximumFractionDigits: 1 }) }), why: short || t("conv.advice.most.why") };
  return short ? { kind: "warn", text: t("conv.advice.impossible"), why: short } : { kind: "good", text: t("conv.advice.possible") };
}

export const Prospect = ({ of: { kind, text, why } }) => html`<div class=${`note ${kind}`}><p><strong>${text}</strong> ${why}</p>${kind !== "good" && html`<p>${t("conv.advice.impossible.do")}</p>`}</div>`;

export function Advice({ of }) {
  const advice = useGet(`/v1/conventions/${of.id}/advice`), again = useSoon(advice.reload, 1000);
  useEffect(() => {
    if (advice.data) again();
  }, [of.happened]);
  return html`<section aria-labelledby="advice">
    <h2 id="advice">${t("conv.advice")}</h2>
    <${Read} from=${advice}>${(a) => html`
      <p>${t("conv.advice.size", { n: a.meetings, people: a.people })}</p>
      <dl class="facts">
        <${Needed} what="slots" least=${a.least_slots} have=${a.slots} exact=${a.exact} />
        <${Needed} what="tables" least=${a.least_tables} have=${a.tables} exact=${a.exact} />
        ${a.busiest && html`<dt>${t("conv.advice.busiest")}</dt><dd><a href=${pathOf(of, `/people/${a.busiest.id}`)}>${a.busiest.name}</a>${t("colon")}${t("conv.advice.busiest.n", { n: a.busiest.meetings })}</dd>`}
      </dl>
      <${Prospect} of=${prospect(a)} />`}<//>
  </section>`;
}

// exact: so many are enough; else no fewer are, and only a run says whether they are.
function Needed({ what, least, have, exact }) {
  const [kind, text] = have < least ? ["bad", "conv.advice.short"] : exact ? ["good", "conv.advice.enough"] : ["brand", "conv.advice.maybe"];
  return html`<dt>${t(`conv.advice.${what}`)}</dt>
    <dd>${t("conv.advice.least", { least, have })} <${Tag} kind=${kind}>${t(text, { n: least - have })}<//></dd>`;
}
