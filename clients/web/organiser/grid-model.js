// SPDX-License-Identifier: EUPL-1.2
// A version of the timetable as rows and columns: who and what table is busy when, what has no place, what stands in the way of a move.
import { list, t } from "../shared/text.js";
import { slotName } from "./plan-words.js";

const COME = ["listed", "coming"];
const names = new Intl.Collator("fr", { numeric: true });
export const byName = (a, b) => names.compare(a.name, b.name);
const order = (a, b) => names.compare(a.side ?? "", b.side ?? "") || names.compare(a.company ?? a.name, b.company ?? b.name) || byName(a, b);

// What the pages ask: people, requests and meetings by their ids, and what is where.
export function modelOf(convention, timetable, requests, participants) {
  const people = new Map(participants.map((p) => [p.id, p])), asked = new Map(requests.map((r) => [r.id, r]));
  const meetings = new Map(), busy = new Map(), seated = new Map();
  for (const m of timetable.meetings) {
    const r = asked.get(m.request);
    const meeting = { request: m.request, people: m.people, slot: m.slot, table: m.table, pinned: r ? r.slot !== undefined : m.pinned };
    meetings.set(m.request, meeting);
    for (const p of m.people) at(busy, p).set(m.slot, meeting);
    at(seated, m.table).set(m.slot, meeting);
  }
  const why = new Map(timetable.left_out.map((l) => [l.request, l]));
  const loose = requests.filter((r) => !meetings.has(r.id) && [r.first, r.second].every((p) => COME.includes(people.get(p.id)?.state))).map((r) => ({ request: r, why: why.get(r.id) }));
  return { convention, timetable, people, requests: asked, meetings, busy, seated, loose, shown: participants.filter((p) => COME.includes(p.state) || busy.has(p.id)).sort(order) };
}

function at(map, key) {
  if (!map.has(key)) map.set(key, new Map());
  return map.get(key);
}

export const nameOf = (model, id) => model.people.get(id)?.name ?? "?";
export const pairOf = (model, request) => {
  const r = model.requests.get(request), ids = r ? [r.first.id, r.second.id] : model.meetings.get(request).people;
  return list(ids.map((id) => nameOf(model, id)));
};
export const peopleOf = (model, request) => {
  const r = model.requests.get(request);
  return r ? [r.first.id, r.second.id] : model.meetings.get(request).people;
};
const away = (person, slot) => person?.absent?.includes(slot) || person?.missing?.includes(slot);

// Why a request cannot lie at a slot, as far as it can be seen here; null: nothing is known against it. The service has the last word.
export function hindrance(model, request, slot) {
  const r = model.requests.get(request);
  for (const id of peopleOf(model, request)) {
    if (away(model.people.get(id), slot)) return t("plan.hinders.away", { name: nameOf(model, id) });
    const other = model.busy.get(id)?.get(slot);
    if (other && other.request !== request) return t("plan.hinders.busy", { name: nameOf(model, id), other: nameOf(model, other.people.find((p) => p !== id)) });
  }
  if (r?.forbidden?.includes(slot)) return t("plan.hinders.forbidden");
  if (r?.session && model.convention.slots[slot - 1]?.session !== r.session) return t("plan.hinders.session", { session: r.session });
  return null;
}

// Rows of the grid: {key, head, hint, cells: [{kind, request, text, hint, label}], mark}. A row that says the same as before stays the same object.
export function peopleRows(model, people, former) {
  return people.map((p) => kept(former, {
    key: p.id, head: p.name, hint: p.company,
    cells: model.convention.slots.map(({ slot }) => {
      const m = model.busy.get(p.id)?.get(slot);
      return m ? meetingCell(m, nameOf(model, m.people.find((id) => id !== p.id)), m.table) : emptyCell(away(p, slot));
    }),
  }));
}

export function tableRows(model, tables, former) {
  return tables.map((name) => kept(former, {
    key: name, head: name, hint: model.convention.lost.includes(name) ? t("plan.table.lost") : "",
    cells: model.convention.slots.map(({ slot }) => {
      const m = model.seated.get(name)?.get(slot);
      return m ? meetingCell(m, nameOf(model, m.people[0]), nameOf(model, m.people[1])) : emptyCell(model.convention.lost.includes(name));
    }),
  }));
}

const meetingCell = (m, text, hint) => ({ kind: "meeting", request: m.request, text, hint, pinned: m.pinned });
const emptyCell = (closed) => ({ kind: closed ? "off" : "free" });

function kept(former, row) {
  row.said = JSON.stringify(row);
  const before = former.get(row.key);
  if (before?.said === row.said) return before;
  former.set(row.key, row);
  return row;
}

// With its day, where there are several.
export const hour = (model, slot) => slotName(model.convention, model.convention.slots[slot - 1]);
