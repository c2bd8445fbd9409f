// SPDX-License-Identifier: EUPL-1.2
// How the pages of the planning name what they show: slots, people, levels, changes.
import { html } from "../shared/html.js";
import { language, list, number, shortDay, t, time } from "../shared/text.js";
import { Scroll } from "../shared/ui.js";
import { zoneAt } from "./said.js";

export const LEVELS = ["weight", "fairness", "gaps", "change", "tables"];
const WHOLE = 1e9; // as fairness is counted
const MOST = 200; // changes that are listed

// Why a request has no place: without what stands beside it, that it has none.
export function reasonOf(left) {
  const text = left[language.get()].replace(/^.*?(?: n'est pas placé :| was left out:) /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// The hour of a slot, with its day where there are several.
export function slotName(convention, slot) {
  const zone = zoneAt(convention), [first, last] = [convention.starts, convention.ends].map((at) => shortDay(at, zone));
  return first !== last ? `${shortDay(slot.start, zone)} ${time(slot.start, zone)}` : time(slot.start, zone);
}

export const pair = (people) => list(people.map((p) => p.name));
export const levelValue = (level, value) => (value === null || value === undefined ? "–" : level === "fairness" ? number(value / WHOLE, { style: "percent" }) : number(value));

const spot = (at, convention) => (at ? `${slotName(convention, at)}, ${at.table}` : "");
const COUNTS = ["moved", "added", "cancelled"];
// "3 rendez-vous déplacés et 2 ajoutés"
export function changeText(items) {
  const parts = COUNTS.map((what) => [what, items.filter((i) => i.what === what).length]).filter(([, n]) => n);
  return parts.length ? list(parts.map(([what, n]) => t(`plan.changed.${what}`, { n }))) : t("plan.changed.none");
}
export const concerned = (items) => new Set(items.flatMap((i) => i.people.map((p) => p.id))).size;

// Who moves, from where to where. items: of a difference.
export function Changes({ items, convention }) {
  return items.length > 0 && html`<${Scroll} label=${changeText(items)}><table>
    <caption>${changeText(items)}</caption>
    <thead><tr><th scope="col">${t("plan.meeting")}</th><th scope="col">${t("plan.change")}</th><th scope="col">${t("plan.was")}</th><th scope="col">${t("plan.is")}</th></tr></thead>
    <tbody>${items.slice(0, MOST).map((i) => html`<tr key=${i.request}>
      <th scope="row">${pair(i.people)}</th><td>${t(`plan.what.${i.what}`)}</td><td>${spot(i.was, convention)}</td><td>${spot(i.is, convention)}</td>
    </tr>`)}</tbody>
  </table><//>
  ${items.length > MOST && html`<p class="soft">${t("plan.others", { n: items.length - MOST })}</p>`}`;
}
