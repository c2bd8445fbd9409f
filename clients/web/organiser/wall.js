// SPDX-License-Identifier: EUPL-1.2
// The timetable for the wall: people or tables by slots, in sheets of A4 across with heads on each; and the links to sheets and cards.
import { getAll, useGet } from "../shared/api.js";
import { html, useMemo, useState } from "../shared/html.js";
import { language, longDay, t, time } from "../shared/text.js";
import { Empty, Read, Scroll } from "../shared/ui.js";
import { Frame } from "./frame.js";
import { modelOf, peopleRows, tableRows } from "./grid-model.js";
import { zoneAt } from "./said.js";

const COLUMNS = 9; // slots a sheet has room for

export default function Wall({ id, query }) {
  const [view, setView] = useState("people");
  const people = useGet(`/v1/conventions/${id}/participants`, getAll), chosen = query.get("version");
  return html`<${Frame} id=${id} tab="print" title=${t("plan.wall")}>${(convention) => {
    const version = chosen ?? convention.current?.id;
    return html`<div class="row no-print">
        <div class="row" role="group" aria-label=${t("plan.view")}>${["people", "tables"].map((v) => html`<button type="button" class=${view === v ? "small main" : "small"} aria-pressed=${view === v ? "true" : "false"} onClick=${() => setView(v)}>${t(`plan.view.${v}`)}</button>`)}</div>
        ${version && html`<button type="button" class="main" onClick=${() => print()}>${t("plan.wall.print")}</button>`}
        <a href=${`/v1/conventions/${id}/sheets`} target="_blank">${t("plan.wall.sheets")}</a> <a href=${`/v1/conventions/${id}/cards`} target="_blank">${t("plan.wall.cards")}</a>
      </div>
      ${version ? html`<${Read} from=${people}>${(all) => html`<${Sheets} convention=${convention} version=${version} people=${all} view=${view} />`}<//>`
        : html`<${Empty} title=${t("plan.wall.none")}><p>${t("plan.wall.none.why")}</p><p><a class="button" href=${`/app/conventions/${id}/plan`}>${t("conv.tab.plan")}</a></p><//>`}`;
  }}<//>`;
}

function Sheets({ convention, version, people, view }) {
  const from = useGet(`/v1/timetables/${version}`);
  return html`<${Read} from=${from}>${(timetable) => html`<${Wide} convention=${convention} timetable=${timetable} people=${people} view=${view} />`}<//>`;
}

function Wide({ convention, timetable, people, view }) {
  const rows = useMemo(() => {
    const model = modelOf(convention, timetable, [], people);
    return view === "tables" ? tableRows(model, convention.tables, new Map()) : peopleRows(model, model.shown, new Map());
  }, [convention, timetable, people, view, language.get()]);
  const zone = zoneAt(convention);
  // It stands in the head of the table, which is printed on each page.
  const title = (slots) => `${convention.name} · ${longDay(slots[0].start, zone)}, ${time(slots[0].start, zone)} – ${time(slots[slots.length - 1].end, zone)} · ${t("plan.version", { number: String(timetable.number) })}`;
  return html`<div class="wall">${parts(convention.slots, zone).map((slots) => html`<${Scroll} key=${slots[0].slot} label=${`${longDay(slots[0].start, zone)} ${time(slots[0].start, zone)}`}><table>
    <caption class="hidden">${title(slots)}</caption>
    <colgroup><col /><col span=${slots.length} /></colgroup>
    <thead><tr><th colspan=${slots.length + 1} scope="colgroup">${title(slots)}</th></tr><tr><th scope="col">${t(view === "tables" ? "plan.table" : "plan.person")}</th>${slots.map((s) => html`<th scope="col" key=${s.slot}>${time(s.start, zone)}</th>`)}</tr></thead>
    <tbody>${rows.map((r) => html`<tr key=${r.key}><th scope="row">${r.head}${r.hint && html` <small>${r.hint}</small>`}</th>
      ${slots.map((s) => {
        const c = r.cells[s.slot - 1];
        return html`<td key=${s.slot} class=${c.kind}>${c.request && html`${c.text} <small>${c.hint}</small>`}</td>`;
      })}</tr>`)}</tbody>
  </table><//>`)}</div>`;
}

// Slots a sheet: of one day, as evenly as they go.
function parts(slots, zone) {
  const days = [];
  for (const s of slots) {
    const day = longDay(s.start, zone);
    if (days[days.length - 1]?.day !== day) days.push({ day, slots: [] });
    days[days.length - 1].slots.push(s);
  }
  return days.flatMap(({ slots: all }) => {
    const sheets = Math.ceil(all.length / COLUMNS), each = Math.ceil(all.length / sheets);
    return Array.from({ length: sheets }, (_, i) => all.slice(i * each, (i + 1) * each));
  });
}
