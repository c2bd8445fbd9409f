// SPDX-License-Identifier: EUPL-1.2
// The fields of a participant that the organiser sets.
import { html } from "../shared/html.js";
import { Choices, Numeric, Select, Text, useWrong } from "../shared/form.js";
import { longDay, t, time } from "../shared/text.js";
import { zoneAt } from "./said.js";

// The record "participant_rules" of a participant, as it is.
const MEMBERS = ["name", "company", "side", "language", "absent", "most", "rest", "table", "bound"];
export const rulesOf = (p) => Object.fromEntries(MEMBERS.filter((m) => p[m] !== undefined).map((m) => [m, p[m]]));

export const Who = ({ bind, record }) => html`
  <${Text} ...${bind("/company")} record=${record} autocomplete="off" />
  <div class="columns">
    <${Select} ...${bind("/side")} record=${record} list="side" none=${t("conv.side.none")} />
    <${Select} ...${bind("/language")} record=${record} list="language" />
  </div>`;

export const Rules = ({ bind, record, of }) => html`
  <div class="columns">
    <${Numeric} ...${bind("/most")} record=${record} min=${1} />
    <${Numeric} ...${bind("/rest")} record=${record} />
    <${Select} ...${bind("/table")} record=${record} label=${t("conv.booth")} none=${t("conv.booth.none")} options=${of.tables.map((name) => [name, name])} />
  </div>
  <p class="hint">${t("conv.booth.hint")}</p>
  <${Presence} ...${bind("/absent")} of=${of} />`;

// When it is there: a check box for each slot of each session. The record says when it is not.
function Presence({ path, value: absent = [], on, of }) {
  const wrong = useWrong(path, true), zone = zoneAt(of);
  const sessions = of.sessions.map(({ name }) => ({ name, slots: of.slots.filter((s) => s.session === name) }));
  const change = (slots, gone) => on([...absent.filter((n) => !slots.includes(n)), ...gone].sort((a, b) => a - b));
  return html`<fieldset class="field presence" id=${`f${path.replace(/\//g, "-")}`}>
    <legend>${t("conv.presence")}</legend>
    <p class="hint">${t("conv.presence.hint")}</p>
    ${wrong.length > 0 && html`<p class="wrong">${wrong.join(" ")}</p>`}
    ${sessions.map(({ name, slots }, i) => {
      const all = slots.map((s) => s.slot), there = all.filter((n) => !absent.includes(n));
      return html`<div key=${name}>
        <${Choices} path=${`${path}-${i}`} value=${there} on=${(next) => change(all, all.filter((n) => !next.includes(n)))} label=${`${name}, ${longDay(slots[0].start, zone)}`} needed
          options=${slots.map((s) => [s.slot, `${time(s.start, zone)}–${time(s.end, zone)}`])} />
        <p><button type="button" class="small" onClick=${() => change(all, there.length ? all : [])}>${t(there.length ? "conv.presence.never" : "conv.presence.all", { session: name })}</button></p>
      </div>`;
    })}
  </fieldset>`;
}
