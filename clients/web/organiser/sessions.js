// SPDX-License-Identifier: EUPL-1.2
// The sessions of a convention: their fields, and the hours that come of them, drawn.
import { html } from "../shared/html.js";
import { Moment, Numeric, Text, useWrong } from "../shared/form.js";
import { longDay, t, time } from "../shared/text.js";

const MINUTE = 60000, HOUR = 60 * MINUTE;
const FIRST = { slots: 8, minutes: 20 };
const iso = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");

// What comes of the sessions: [{name, day, overlaps, blocks: [{slot, start, end} or {rest: minutes}]}], instants in ms. Those that are
// not complete yet are left out.
export function lay(sessions) {
  const laid = [];
  let slot = 0, before = -Infinity;
  for (const { name, start, slots, minutes, breaks = [] } of sessions) {
    let at = Date.parse(start);
    if (Number.isNaN(at) || !(slots > 0 && slots <= 64) || !(minutes > 0)) continue;
    const session = { name, day: longDay(at), overlaps: at < before, blocks: [] };
    for (let i = 1; i <= slots; i++) {
      const rest = breaks.find((b) => b.after === i)?.minutes;
      session.blocks.push({ slot: ++slot, start: at, end: at + minutes * MINUTE });
      at += minutes * MINUTE;
      if (rest > 0 && i < slots) session.blocks.push({ rest }), (at += rest * MINUTE);
    }
    before = at;
    laid.push(session);
  }
  return laid;
}

// The slots and breaks of each session.
export function Hours({ sessions }) {
  const laid = lay(sessions), slots = laid.flatMap((s) => s.blocks).filter((b) => b.slot);
  if (!slots.length) return html`<p class="soft">${t("conv.hours.none")}</p>`;
  return html`<div>
    ${laid.map((s) => html`<p class="hint">${s.name ? `${s.name}, ` : ""}${s.day}</p>
      <ol class="hours">
        ${s.blocks.map((b) =>
          b.rest
            ? html`<li class="rest">${t("conv.rest", { n: b.rest })}</li>`
            : html`<li class=${s.overlaps ? "bad" : ""}><b>${b.slot}</b> ${time(b.start)}–${time(b.end)}</li>`)}
      </ol>`)}
    <p class="hint">${t("conv.hours", { n: slots.length, from: time(slots[0].start), to: time(slots.at(-1).end) })}</p>
  </div>`;
}

// The next session: an hour behind the last one's end, else the first at nine o'clock in three weeks.
function following(sessions) {
  const last = lay(sessions).at(-1)?.blocks.at(-1)?.end;
  const name = [t("conv.session.first"), t("conv.session.second")].find((n) => !sessions.some((s) => s.name === n)) ?? t("conv.session.nth", { n: sessions.length + 1 });
  if (last) return { ...FIRST, minutes: sessions.at(-1).minutes, name, start: iso(last + HOUR) };
  const morning = new Date();
  morning.setDate(morning.getDate() + 21);
  morning.setHours(9, 0, 0, 0);
  return { ...FIRST, name, start: iso(morning.getTime()) };
}
export const firstSessions = () => [following([])];

export function Sessions({ bind }) {
  const { value: sessions = [], on } = bind("/sessions");
  const wrong = useWrong("/sessions", true);
  const drop = (i) => on(sessions.filter((_, k) => k !== i));
  return html`<section aria-labelledby="sessions" id="f-sessions" tabindex="-1">
    <h2 id="sessions" data-label-of="f-sessions">${t("conv.sessions")}</h2>
    <p class="hint">${t("conv.sessions.hint")}</p>
    ${wrong.length > 0 && html`<p class="wrong">${wrong.join(" ")}</p>`}
    <div class="sides">
      <div>
        ${sessions.map((s, i) => html`<${Session} key=${i} at=${`/sessions/${i}`} number=${i + 1} bind=${bind} drop=${sessions.length > 1 && (() => drop(i))} />`)}
        <p><button type="button" onClick=${() => on([...sessions, following(sessions)])}>${t("conv.session.add")}</button></p>
      </div>
      <div class="card"><h3>${t("conv.hours.title")}</h3><div aria-live="polite"><${Hours} sessions=${sessions} /></div></div>
    </div>
  </section>`;
}

const Session = ({ at, number, bind, drop }) => html`<fieldset class="part">
  <legend>${t("conv.session.nth", { n: number })}</legend>
  <div class="columns">
    <${Text} ...${bind(`${at}/name`)} record="sitting" label=${t("conv.session.name")} />
    <${Moment} ...${bind(`${at}/start`)} record="sitting" label=${t("conv.session.start")} />
  </div>
  <div class="columns">
    <${Numeric} ...${bind(`${at}/slots`)} record="sitting" label=${t("conv.session.slots")} min=${1} />
    <${Numeric} ...${bind(`${at}/minutes`)} record="sitting" label=${t("conv.session.minutes")} min=${1} />
  </div>
  <${Breaks} ...${bind(`${at}/breaks`)} bind=${bind} />
  ${drop && html`<p><button type="button" class="small bad" onClick=${drop}>${t("conv.session.drop", { n: number })}</button></p>`}
</fieldset>`;

function Breaks({ path, value: breaks = [], on, bind }) {
  const wrong = useWrong(path, true);
  return html`<div id=${`f${path.replace(/\//g, "-")}`}>
    ${wrong.length > 0 && html`<p class="wrong">${wrong.join(" ")}</p>`}
    ${breaks.map((_, i) => html`<div class="row end" key=${i}>
      <${Numeric} ...${bind(`${path}/${i}/after`)} record="pause" label=${t("conv.break.after")} min=${1} />
      <${Numeric} ...${bind(`${path}/${i}/minutes`)} record="pause" label=${t("conv.break.minutes")} min=${1} />
      <div class="field"><button type="button" onClick=${() => on(breaks.filter((_, k) => k !== i))}>${t("conv.break.drop", { n: i + 1 })}</button></div>
    </div>`)}
    <p><button type="button" class="small" onClick=${() => on([...breaks, { after: (breaks.at(-1)?.after ?? 2) + 2, minutes: 15 }])}>${t("conv.break.add")}</button></p>
  </div>`;
}
