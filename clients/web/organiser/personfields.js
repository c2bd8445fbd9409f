// SPDX-License-Identifier: EUPL-1.2
// The fields of a participant that the organiser sets.
import { html } from "../shared/html.js";
import { Choices, Numeric, Select, Text } from "../shared/form.js";
import { t } from "../shared/text.js";
import { slotText } from "./said.js";

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
    <${Numeric} ...${bind("/bound")} record=${record} label=${t("conv.bound")} min=${1} />
  </div>
  <p class="hint">${t("conv.bound.hint")}</p>
  <${Presence} ...${bind("/absent")} of=${of} />`;

// When it is there: a check box for each slot. The record says when it is not.
function Presence({ path, value: absent = [], on, of }) {
  const all = of.slots.map((s) => s.slot);
  const there = (slots) => on(all.filter((s) => !slots.includes(s)));
  const part = (session, yes) => {
    const slots = of.slots.filter((s) => s.session === session).map((s) => s.slot);
    on(yes ? absent.filter((s) => !slots.includes(s)) : [...new Set([...absent, ...slots])].sort((a, b) => a - b));
  };
  return html`<${Choices} path=${path} value=${all.filter((s) => !absent.includes(s))} on=${there} label=${t("conv.presence")} hint=${t("conv.presence.hint")} needed
      options=${of.slots.map((s) => [s.slot, slotText(s, of)])} />
    ${of.sessions.length > 1 && html`<p class="row">${of.sessions.map(({ name }) => html`
      <button type="button" class="small" onClick=${() => part(name, true)}>${t("conv.presence.all", { session: name })}</button>
      <button type="button" class="small" onClick=${() => part(name, false)}>${t("conv.presence.never", { session: name })}</button>`)}</p>`}`;
}
