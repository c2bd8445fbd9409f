// SPDX-License-Identifier: EUPL-1.2
// Beside the form: how many suppliers the need would reach as it is written, what keeps the others away, and what one change would do.
import { post } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Names, cpvText } from "../shared/names.js";
import { euros, language, number, range, t, word } from "../shared/text.js";
import { say } from "../shared/ui.js";

const WAIT = 300; // ms without a change before it is asked
const SHOWN = 5; // changes of a lot that are seen at once: what wins suppliers first, then what a reservation would leave

// {data, problem}: asked again when the record has changed; the last answer stays until the next.
export function useReach(record) {
  const [state, set] = useState({});
  const body = JSON.stringify({ ...record, deadline: Date.parse(record.deadline) > Date.now() ? record.deadline : undefined });
  const coded = record.lots?.some((lot) => lot.cpv?.length);
  useEffect(() => {
    if (!coded) return set({});
    const stop = new AbortController();
    const wait = setTimeout(() => post("/v1/needs/preview", JSON.parse(body), { signal: stop.signal }).then(
      (data) => set({ data }),
      (problem) => problem.name === "AbortError" || set((s) => ({ ...s, problem })),
    ), WAIT);
    return () => (clearTimeout(wait), stop.abort());
  }, [body, coded, language.get()]);
  return state;
}

// On a narrow screen the rest stands far below the fields: this stays in sight.
export const ReachBar = ({ data }) => {
  const said = data && sentence(data);
  return said && html`<a class="reach-bar no-print" href="#reach">${said}</a>`;
};

export function Reach({ record, set, reach: { data, problem } }) {
  const said = data && sentence(data);
  return html`<aside aria-labelledby="reach" class="card no-print">
    <h2 id="reach">${t("reach")}</h2>
    <p class="hidden" aria-live="polite">${said ?? ""}</p>
    ${!data && !problem && html`<p>${t("reach.none")}</p>`}
    ${problem && html`<p class="wrong">${problem.errors[0]?.detail ?? problem.message}</p>`}
    ${data && html`${data.suppliers !== undefined && html`<p><span class="big">${number(data.suppliers)}</span> ${t("reach.suppliers", { n: data.suppliers })}</p>`}
      ${data.lots.map((lot) => html`<${Lot} key=${lot.lot} lot=${lot} record=${record} set=${set} alone=${data.lots.length === 1} />`)}
      ${!data.complete && html`<p class="soft">${t("reach.incomplete")}</p>`}`}
  </aside>`;
}

// "37 suppliers, of these 4 within 10 km; if reserved: 12"
function sentence({ suppliers, lots }) {
  if (suppliers === undefined) return "";
  const said = t("reach.said", { n: suppliers });
  if (lots.length !== 1) return said;
  const reserved = (lots[0].changes ?? []).filter((c) => c.change === "reserve").map((c) => c.suppliers);
  return `${said} ${t("reach.near", { n: lots[0].near })}${reserved.length ? `${t("reach.and")}${t("reach.if.reserved", { n: Math.max(...reserved) })}` : ""}`;
}

function Lot({ lot, record, set, alone }) {
  const index = record.lots.findIndex((l, i) => (l.number ?? i + 1) === lot.lot);
  if (index < 0) return null; // it has been taken out meanwhile
  const rank = (c) => (c.suppliers > lot.suppliers ? 0 : c.change === "reserve" ? 1 : 2);
  const changes = [...(lot.changes ?? [])].sort((a, b) => rank(a) - rank(b) || b.suppliers - a.suppliers);
  const first = changes.filter((c) => c.suppliers).slice(0, SHOWN), rest = changes.filter((c) => !first.includes(c));
  const item = (c) => html`<li><${Change} change=${c} lot=${lot} record=${record} set=${set} index=${index} /></li>`;
  const whatIfs = () => html`${first.length > 0 && html`<ul class="plain">${first.map(item)}</ul>`}
    ${rest.length > 0 && html`<details><summary>${t(first.length ? "reach.more" : "reach.nothing")}</summary><ul class="plain">${rest.map(item)}</ul></details>`}`;
  return html`<section aria-label=${alone ? t("reach.detail") : t("need.lot", { number: index + 1 })}>
    ${!alone && html`<h3>${t("need.lot", { number: index + 1 })}${t("colon")}${t("reach.said", { n: lot.suppliers })}</h3>`}
    <p>${t("reach.near", { n: lot.near })}</p>
    ${(lot.lost.length > 0 || lot.several > 0) && html`<details><summary>${t("reach.lost", { n: lot.trade - lot.suppliers })}</summary><ul>
      ${lot.lost.map((l) => html`<li>${l.text}${t("colon")}${number(l.suppliers)}</li>`)}
      ${lot.several > 0 && html`<li>${t("reach.several")}${t("colon")}${number(lot.several)}</li>`}
    </ul></details>`}
    ${changes.length > 0 && (alone ? html`<h3>${t("reach.what.if")}</h3>${whatIfs()}` : html`<details><summary>${t("reach.what.if")}</summary>${whatIfs()}</details>`)}
  </section>`;
}

function Change({ change, lot, record, set, index }) {
  const more = change.suppliers - lot.suppliers;
  const apply = () => {
    set(applied(record, index, change));
    say(t("reach.applied"), { undo: () => set(record) });
  };
  const text = inWords(change);
  return html`<div class="row" style=${{ margin: ".5rem 0" }}><span style=${{ flex: "1 1 10rem" }}>${text}${change.change === "place" && html`, <${Names} kind="places" codes=${change.places} />`}${t("colon")}
      <strong>${number(change.suppliers)}</strong> <small class="soft">(${more > 0 ? "+" : more < 0 ? "−" : "="}${more ? number(Math.abs(more)) : ""})</small></span>
    <button type="button" class="small" aria-label=${t("reach.apply.what", { what: `${text}${change.change === "place" ? ` ${change.places.join(", ")}` : ""}` })} onClick=${apply}>${t("reach.apply")}</button></div>`;
}

function inWords(c) {
  switch (c.change) {
    case "reserve":
      return t(`reach.reserve.${c.reserved.join("+")}`);
    case "split":
      return t("reach.split", { n: c.parts, value: range(c.value) || euros(0) });
    case "label":
      return t("reach.label", { label: c.without });
    case "cpv":
      return t("reach.cpv", { code: cpvText(c.label.code, c.label[language.get()]), instead: c.instead });
    default:
      return word("preview_kind", c.change);
  }
}

// The record with that change of one lot.
function applied(record, index, c) {
  const lots = [...record.lots], lot = lots[index];
  const put = (members) => ((lots[index] = { ...lot, ...members }), { ...record, lots });
  switch (c.change) {
    case "reserve":
      return put({ reserved: c.reserved });
    case "open":
      return put({ reserved: undefined });
    case "label":
      return put({ labels: c.labels.length ? c.labels : undefined });
    case "cpv":
      return put({ cpv: c.cpv });
    case "place":
      return lots.length === 1 && !lot.places ? { ...record, places: c.places } : put({ places: c.places });
    default: { // split: the parts have numbers of their own
      let last = Math.max(...lots.map((l) => l.number));
      const parts = Array.from({ length: c.parts }, (_, i) => ({ ...lot, value: c.value, number: i ? ++last : lot.number, title: lot.title && `${lot.title} (${i + 1}/${c.parts})` }));
      lots.splice(index, 1, ...parts);
      return { ...record, lots };
    }
  }
}
