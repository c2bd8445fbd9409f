// SPDX-License-Identifier: EUPL-1.2
// The board in the hall, for a big screen: who sits where now and next. It follows its stream; without a connection it goes on by its clock, and says so.
import { get } from "../shared/api.js";
import { clock } from "../shared/hours.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { useStream } from "../shared/stream.js";
import { t } from "../shared/text.js";
import { Button, Empty, Page } from "../shared/ui.js";
import { useFit } from "./board-fit.js";

const TURN = 12000; // ms a page of tables is shown
const AGAIN = 30000; // ms: it is read again by and by, whatever the stream says
const LOST = 5000; // ms: and so without a connection
const PATIENCE = 10000; // ms: what is not answered by then counts as lost

export default function Board({ query }) {
  const secret = query.get("t") ?? "", path = `/v1/halls/${encodeURIComponent(secret)}`;
  const [hall, setHall] = useState(null), [gone, setGone] = useState(!secret), [lost, setLost] = useState(false);
  const asked = useRef(0), shown = useRef(0);
  const read = async () => { // on a slow connection several are under way: an older answer never replaces a newer one
    const turn = ++asked.current;
    try {
      const data = await get(path, { signal: AbortSignal.timeout(PATIENCE) });
      if (turn < shown.current) return;
      shown.current = turn;
      setHall({ ...data, ahead: Date.parse(data.now) - Date.now() });
      setLost(false);
    } catch (problem) {
      if (problem.status === 404) setGone(true);
      else if (turn === asked.current) setLost(true); // what is shown stays
    }
  };
  useEffect(() => {
    if (gone) return;
    const cut = () => setLost(true);
    read();
    addEventListener("online", read);
    addEventListener("offline", cut);
    return () => (removeEventListener("online", read), removeEventListener("offline", cut));
  }, [path, gone]);
  useEffect(() => {
    if (gone) return;
    const again = setInterval(read, lost ? LOST : AGAIN);
    return () => clearInterval(again);
  }, [path, gone, lost]);
  useStream(gone ? null : `${path}/events`, read);
  useAwake();
  if (gone) return html`<${Page} title=${t("plan.hall.gone")} narrow><p>${t("plan.hall.gone.why")}</p><//>`;
  if (!hall) return html`<${Page} title=${t("plan.board")} narrow><p role="status">${t(lost ? "plan.hall.unread" : "waiting")}</p><//>`;
  return html`<${Shown} hall=${hall} lost=${lost} />`;
}

// The screen does not go to sleep. A browser that cannot, or may not, is set by hand.
function useAwake() {
  useEffect(() => {
    let lock;
    const ask = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").then((given) => (lock = given), () => {});
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => (document.removeEventListener("visibilitychange", ask), lock?.release());
  }, []);
}

function useNow(ahead) {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => set(Date.now()), 1000);
    return () => clearInterval(tick);
  }, []);
  return now + ahead;
}

function Shown({ hall, lost }) {
  const now = useNow(hall.ahead), times = clock(hall.convention.zone), [paused, setPaused] = useState(false), [page, setPage] = useState(0);
  const slots = hall.slots.filter((s) => Date.parse(s.end) > now); // the connection may be lost for longer than a slot
  const { fit, ...look } = useFit(Math.max(0, ...slots.map((s) => s.meetings.length)));
  const pages = Math.max(1, ...slots.map((s) => Math.ceil(s.meetings.length / fit)));
  useEffect(() => {
    if (paused || pages < 2) return;
    const turn = setInterval(() => setPage((p) => p + 1), TURN);
    return () => clearInterval(turn);
  }, [paused, pages]);
  useEffect(() => {
    document.title = `${hall.convention.name} · Entregent`;
  }, [hall.convention.name]);
  return html`<main id="main" class="board">
    <header class="row spread"><h1>${hall.convention.name}</h1>
      <div class="row">${document.fullscreenEnabled && !document.fullscreenElement && html`<${Button} class="small" onClick=${() => document.documentElement.requestFullscreen()}>${t("plan.hall.full")}<//>`}
        ${pages > 1 && html`<button type="button" class="small" aria-pressed=${paused ? "true" : "false"} onClick=${() => setPaused(!paused)}>${t("plan.hall.pause")}</button> <span>${(page % pages) + 1} / ${pages}</span>`}
        <time class="big">${times.hour(now)}</time></div>
    </header>
    ${lost && html`<p class="note warn" role="status">${t("plan.hall.lost", { hour: times.hour(hall.now) })}</p>`}
    ${!slots.length ? (lost ? "" : html`<${Empty} title=${t("plan.hall.over")}><p>${t("plan.hall.over.why")}</p><//>`)
      : !hall.timetable ? html`<${Empty} title=${t("plan.hall.none")}><p>${t("plan.hall.none.why")}</p><//>`
      : html`<div class="slots" style=${look}>${slots.map((s) => html`<${Slot} key=${s.slot} slot=${s} on=${Date.parse(s.start) <= now} times=${times} meetings=${part(s.meetings, page % pages, fit)} first=${s === slots[0]} />`)}</div>`}
    ${hall.lost.length > 0 && html`<p class="note warn">${t("plan.hall.tables", { n: hall.lost.length, tables: hall.lost.join(", ") })}</p>`}
  </main>`;
}

// A slot with fewer pages than the other begins again.
function part(meetings, page, fit) {
  const pages = Math.max(1, Math.ceil(meetings.length / fit)), from = (page % pages) * fit;
  return meetings.slice(from, from + fit);
}

const Slot = ({ slot, on, times, meetings, first }) => html`<section aria-labelledby=${`slot-${slot.slot}`} class=${on ? "on" : ""}>
  <h2 id=${`slot-${slot.slot}`}>${t(on ? "plan.hall.on" : first ? "plan.hall.first" : "plan.hall.next")} <strong>${times.hours(slot)}</strong></h2>
  ${!meetings.length && html`<p class="soft">${t("plan.hall.free")}</p>`}
  <ul>${meetings.map((m) => html`<li key=${m.table} class=${m.changed ? "changed" : ""}><span class="seat">${m.table}</span><span>${m.people.map((p) => html`<span class="who">${p.name}${p.company && html` <small>${p.company}</small>`}</span>`)}</span>
    ${m.changed && html`<span class="tag warn">${t("plan.hall.changed")}</span>`}</li>`)}</ul>
</section>`;
