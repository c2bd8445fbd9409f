// SPDX-License-Identifier: EUPL-1.2
// What a need says, to be read: its facts and its lots, with the names of codes and places.
import { html } from "./html.js";
import { Names } from "./names.js";
import { day, field, instant, range, since, t, word } from "./text.js";
import { Tag } from "./ui.js";

const KINDS = { draft: "warn", pending: "warn", published: "good", amended: "good", awarded: "brand" };
export const State = ({ state }) => html`<${Tag} kind=${KINDS[state]}>${word("need_state", state)}<//>`;

const Fact = ({ record, name, children }) => children && html`<dt>${field(record, name).text}</dt><dd>${children}</dd>`;
const Codes = ({ kind, codes }) => codes?.length > 0 && html`<${Names} kind=${kind} codes=${codes} />`;
const names = (list, codes) => codes?.map((code) => word(list, code)).join(", ");

// mine: with what only its buyer sees.
export function Contents({ need, mine }) {
  return html`<dl class="facts">
      <${Fact} record="need" name="kind">${need.kind && word("need_kind", need.kind)}<//>
      <${Fact} record="need" name="reference">${need.reference}<//>
      <${Fact} record="need" name="deadline">${need.deadline && `${instant(need.deadline)} (${since(need.deadline)})`}<//>
      <${Fact} record="need" name="start">${need.start && day(need.start)}<//>
      <${Fact} record="need" name="duration">${need.duration}<//>
      <${Fact} record="need" name="places">${Codes({ kind: "places", codes: need.places })}<//>
      ${mine && html`<${Fact} record="need" name="wave">${need.wave && wave(need)}<//>
        <${Fact} record="need" name="blocked">${need.blocked?.join(", ")}<//>`}
    </dl>
    ${need.description && need.description.split(/\n+/).map((line) => html`<p>${line}</p>`)}
    ${(need.lots ?? []).map((lot, i) => html`<${Lot} key=${lot.number} id=${`lot-${need.id ?? ""}-${lot.number ?? i + 1}`} lot=${lot} number=${lot.number ?? i + 1} alone=${need.lots.length === 1} />`)}`;
}

const wave = (need) => t("need.wave", { size: need.wave, hours: need.wave_hours ?? 24 }) + (need.wave_until ? ` ${t("need.wave.until", { n: need.wave_until })}` : "");

const Lot = ({ id, lot, number, alone }) => html`<div class="card" role="group" aria-labelledby=${id}>
  <h3 id=${id}>${alone ? (lot.title ?? t("need.lot.only")) : `${t("need.lot", { number })}${lot.title ? ` · ${lot.title}` : ""}`}</h3>
  <dl class="facts">
    <${Fact} record="lot" name="cpv">${Codes({ kind: "cpv", codes: lot.cpv })}<//>
    <${Fact} record="lot" name="value">${range(lot.value)}<//>
    <${Fact} record="lot" name="places">${Codes({ kind: "places", codes: lot.places })}<//>
    <${Fact} record="lot" name="services">${names("service", lot.services)}<//>
    <${Fact} record="lot" name="reserved">${lot.reserved?.map((a) => html`<div>${word("reserved", a)} (${a})</div>`)}<//>
    <${Fact} record="lot" name="labels">${lot.labels?.join(", ")}<//>
    <${Fact} record="lot" name="criteria">${lot.criteria?.join(", ")}<//>
    <${Fact} record="lot" name="social">${names("social", lot.social)}<//>
    <${Fact} record="lot" name="environmental">${names("environmental", lot.environmental)}<//>
  </dl>
</div>`;

// A need in a list. mine: one's own, whose buyer goes without saying.
export const Brief = ({ need, to, mine }) => html`<li class="card">
  <h2><a href=${to}>${need.title}</a></h2>
  <p class="row"><${State} state=${need.state} /> <span class="soft">${[mine ? need.reference : need.buyer?.name, need.kind && word("need_kind", need.kind)].filter(Boolean).join(" · ")}</span></p>
  ${need.places?.length > 0 && html`<p><${Names} kind="places" codes=${need.places.slice(0, 4)} />${need.places.length > 4 && " …"}</p>`}
  <p class="soft">${[need.lots?.length && t("need.lots", { n: need.lots.length }), need.deadline && t("need.until", { when: instant(need.deadline) })].filter(Boolean).join(" · ")}</p>
</li>`;
