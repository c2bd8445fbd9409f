// SPDX-License-Identifier: EUPL-1.2
// Requests as a list, whose priorities can be changed in it.
import { put } from "../shared/api.js";
import { html } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { say } from "../shared/ui.js";
import { isOpen } from "./frame.js";
import { RequestState, company, fixed, fresh, placeOf } from "./said.js";

const MEMBERS = ["priority", "session", "slot", "table", "forbidden", "after"];
// What is fixed of it, as it is sent: all of it, each time.
export const rulesOf = (r) => Object.fromEntries(MEMBERS.filter((m) => r[m] !== undefined && !(Array.isArray(r[m]) && !r[m].length)).map((m) => [m, r[m]]));
export const names = (r) => t("conv.request.names", { first: r.first.name, second: r.second.name });
export const lives = (r) => ["asked", "accepted"].includes(r.state);

export const RequestList = ({ of, items, reload }) => html`<ul class="rows">
  ${items.map((r) => html`<li key=${`${r.id} ${r.version}`} class=${fresh(r)}>
    <div><a href=${`/app/conventions/${of.id}/requests/${r.id}`}>${names(r)}</a><br /><small>${[r.first, r.second].map(company).filter(Boolean).join(" / ")}</small>
      ${fixed(r, of) && html`<br /><small>${fixed(r, of)}</small>`}</div>
    <div>${r.meeting ? placeOf(r.meeting, of) : html`<${RequestState} of=${r} /> ${r.state === "accepted" && html`<small>${t("conv.request.unplaced")}</small>`}`}</div>
    ${mayWrite() && isOpen(of) && lives(r) ? html`<${Priority} r=${r} reload=${reload} />` : html`<small>${t("conv.priority")} ${r.priority}</small>`}
  </li>`)}
</ul>`;

function Priority({ r, reload }) {
  const change = async (priority, now = r) => {
    try {
      const next = await put(`/v1/requests/${r.id}`, { ...rulesOf(now), priority }, now.version);
      say(t("conv.priority.done", { priority, names: names(r) }), { undo: now === r && (() => change(r.priority, next)) });
    } catch (problem) {
      say(problem.message, { bad: true });
    }
    reload();
  };
  return html`<select aria-label=${t("conv.priority.of", { names: names(r) })} onChange=${(e) => change(Number(e.target.value))}>
    ${[5, 4, 3, 2, 1].map((n) => html`<option value=${n} selected=${n === r.priority}>${t("conv.priority")} ${t(`conv.priority.${n}`)}</option>`)}
  </select>`;
}
