// SPDX-License-Identifier: EUPL-1.2
// How people, slots and requests of a convention are said.
import { html } from "../shared/html.js";
import { day, list, t, time, word, zoneOf } from "../shared/text.js";
import { Tag } from "../shared/ui.js";

const PERSON = { listed: "brand", coming: "good", invited: "warn", declined: "bad", withdrawn: "bad" };
const REQUEST = { asked: "warn", accepted: "good", declined: "bad", withdrawn: "" };

export const pathOf = (convention, folder) => `/app/conventions/${convention.id}${folder}`;
// Its hours are told in the zone of its first session.
export const zoneAt = (convention) => zoneOf(convention.sessions?.[0]?.start);
// Of counts by state.
export const sum = (counts) => Object.values(counts).reduce((all, n) => all + n, 0);

export const PersonState = ({ of }) => html`<${Tag} kind=${PERSON[of.state]}>${word("participant_state", of.state)}<//>`;
export const RequestState = ({ of }) => html`<${Tag} kind=${REQUEST[of.state]}>${word("request_state", of.state)}<//>`;

// Who has said no, or is gone.
export const isGone = (p) => ["declined", "withdrawn"].includes(p.state);
// As people look for it: without accents, case and signs.
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
// "Propre et Net · Fournisseur"
export const company = (p) => [p.company, p.side && word("side", p.side)].filter(Boolean).join(" · ");

function bond(p, people) {
  const names = people.filter((q) => q.bound === p.bound && q.id !== p.id).map((q) => q.name);
  return names.length ? t("conv.remark.bound", { names: list(names) }) : t("conv.remark.bound.others");
}

// What is set of a person.
// people: those in whose list it stands.
export const remarks = (p, convention, people) =>
  [
    p.absent?.length && t("conv.remark.absent", { n: p.absent.length }),
    p.most && t("conv.remark.most", { n: p.most }),
    p.rest !== undefined && t("conv.remark.rest", { n: p.rest }),
    p.table && t("conv.remark.table", { table: p.table }),
    p.bound && bond(p, people),
    p.arrived && t("conv.remark.arrived", { time: time(p.arrived, zoneAt(convention)) }),
  ].filter(Boolean).join(" · ");

// The hours of a slot, with its day where there are several.
export function slotText(slot, convention) {
  const zone = zoneAt(convention), hours = `${time(slot.start, zone)}–${time(slot.end, zone)}`;
  return day(convention.starts, zone) === day(convention.ends, zone) ? hours : `${day(slot.start, zone)}, ${hours}`;
}
function slotOf(number, convention) {
  const slot = convention.slots.find((s) => s.slot === number);
  return slot ? slotText(slot, convention) : String(number);
}

// Where a meeting is published.
export const placeOf = (meeting, convention) => t("conv.place.of", { hours: slotText(meeting, convention), table: meeting.table });

// What is fixed of a request.
export const fixed = (r, convention) =>
  [
    r.slot && t("conv.fixed.slot", { hours: slotOf(r.slot, convention) }),
    r.table && t("conv.fixed.table", { table: r.table }),
    r.session && t("conv.fixed.session", { session: r.session }),
    r.forbidden.length > 0 && t("conv.fixed.forbidden", { n: r.forbidden.length, hours: r.forbidden.map((s) => slotOf(s, convention)).join(", ") }),
    r.after.length > 0 && t("conv.fixed.after", { n: r.after.length }),
  ].filter(Boolean).join(" · ");

// What has changed a moment ago is marked in a list.
export const fresh = (of) => (Date.now() - Date.parse(of.updated) < 5000 ? "new" : "");
