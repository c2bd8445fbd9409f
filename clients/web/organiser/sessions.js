// SPDX-License-Identifier: EUPL-1.2
// The sessions of a convention: their fields, and the hours that come of them, drawn.
import { html, useState } from "../shared/html.js";
import { Moment, Numeric, Select, Text, instantAt, localTime, useWrong } from "../shared/form.js";
import { PARIS, longDay, t, time, weekday, zoneOf } from "../shared/text.js";

const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const FIRST = { slots: 8, minutes: 20 };
const LATE = "T16:00"; // the next session is on the next day
const ZONES = [PARIS, "Etc/GMT-4", "Etc/GMT-3", "Etc/GMT+4", "Etc/GMT+3", "Etc/GMT+2", "Etc/GMT-11", "Etc/GMT-12", "Etc/GMT+10"];

const zoneIn = (sessions) => zoneOf(sessions.find((s) => s.start)?.start);
const zoneText = (zone) => (ZONES.includes(zone) ? t(`conv.zone.${zone}`) : zone.replace(/^Etc\/GMT(.)/, (_, sign) => (sign === "+" ? "UTC−" : "UTC+")));

// What comes of the sessions: [{name, day, overlaps, blocks: [{slot, start, end} or {rest: minutes}]}], instants in ms. Those that are
// not complete yet are left out.
function lay(sessions) {
  const laid = [], zone = zoneIn(sessions);
  let slot = 0, before = -Infinity;
  for (const { name, start, slots, minutes, breaks = [] } of sessions) {
    let at = Date.parse(start);
    if (Number.isNaN(at) || !(slots > 0 && slots <= 64) || !(minutes > 0)) continue;
    const session = { name, day: longDay(at, zone), overlaps: at < before, blocks: [] };
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
  const zone = zoneIn(sessions), laid = lay(sessions), slots = laid.flatMap((s) => s.blocks).filter((b) => b.slot);
  if (!slots.length) return html`<p class="soft">${t("conv.hours.none")}</p>`;
  return html`<div>
    ${laid.map((s) => html`<p class="hint">${s.name ? `${s.name}, ` : ""}${s.day}</p>
      <ol class="hours">
        ${s.blocks.map((b) =>
          b.rest
            ? html`<li class="rest">${t("conv.rest", { n: b.rest })}</li>`
            : html`<li class=${s.overlaps ? "bad" : ""}><b>${b.slot}</b> ${time(b.start, zone)}–${time(b.end, zone)}</li>`)}
      </ol>`)}
    <p class="hint" role="status">${t("conv.hours", { n: slots.length })} ${zone !== PARIS && t("conv.hours.zone", { zone: zoneText(zone) })}</p>
  </div>`;
}

// The next session: an hour behind the last one's end; where that is late, on the next day as the first begins; the first of all at nine in three weeks.
function following(sessions, zone = PARIS) {
  const end = lay(sessions).at(-1)?.blocks.at(-1)?.end, after = end ? localTime(end + HOUR, zone) : null;
  const made = (local) => ({ ...FIRST, minutes: sessions.at(-1)?.minutes ?? FIRST.minutes, name: nameAt(local, sessions), start: instantAt(local, zone) });
  if (!after) return made(`${localTime(Date.now() + 21 * DAY, zone).slice(0, 10)}T09:00`);
  return made(after.slice(10) < LATE ? after : `${localTime(end + DAY, zone).slice(0, 10)}${localTime(sessions[0].start, zone).slice(10)}`);
}
// A name that no other session has: "matin", "mardi matin", "Séance 5".
function nameAt(local, sessions) {
  const part = t(local.slice(10) < "T12:00" ? "conv.session.first" : "conv.session.second");
  return [part, `${weekday(`${local}Z`, "UTC")} ${part}`].find((n) => !sessions.some((s) => s.name === n)) ?? t("conv.session.nth", { n: sessions.length + 1 });
}
export const firstSessions = () => [following([])];

export function Sessions({ bind }) {
  const { value: sessions = [], on } = bind("/sessions");
  const wrong = useWrong("/sessions", true);
  const [chosen, choose] = useState(null), zone = sessions.some((s) => s.start) ? zoneIn(sessions) : (chosen ?? PARIS);
  const drop = (i) => on(sessions.filter((_, k) => k !== i));
  // The clock shows what it showed: it is another instant.
  const move = (next) => (choose(next), on(sessions.map((s) => (s.start ? { ...s, start: instantAt(localTime(s.start, zone), next) } : s))));
  return html`<section aria-labelledby="sessions" id="f-sessions" tabindex="-1">
    <h2 id="sessions" data-label-of="f-sessions">${t("conv.sessions")}</h2>
    <p class="hint">${t("conv.sessions.hint")}</p>
    ${wrong.length > 0 && html`<p class="wrong">${wrong.join(" ")}</p>`}
    <${Select} path="/zone" label=${t("conv.zone")} hint=${t("conv.zone.hint")} options=${[...new Set([...ZONES, zone])].map((one) => [one, zoneText(one)])} value=${zone} on=${move} needed />
    <div class="sides">
      <div>
        ${sessions.map((s, i) => html`<${Session} key=${i} at=${`/sessions/${i}`} number=${i + 1} bind=${bind} zone=${zone} drop=${sessions.length > 1 && (() => drop(i))} />`)}
        <p><button type="button" onClick=${() => on([...sessions, following(sessions, zone)])}>${t("conv.session.add")}</button></p>
      </div>
      <div class="card"><h3>${t("conv.hours.title")}</h3><${Hours} sessions=${sessions} /></div>
    </div>
  </section>`;
}

const Session = ({ at, number, bind, zone, drop }) => html`<fieldset class="part">
  <legend>${t("conv.session.nth", { n: number })}</legend>
  <div class="columns">
    <${Text} ...${bind(`${at}/name`)} record="sitting" label=${t("conv.session.name")} />
    <${Moment} ...${bind(`${at}/start`)} record="sitting" label=${t("conv.session.start")} zone=${zone} />
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
