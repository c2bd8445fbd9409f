// SPDX-License-Identifier: EUPL-1.2
// The board in the hall, for a big screen: who sits where now and next. It follows its stream, and goes on when the connection comes back.
import { get } from "../shared/api.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { useStream } from "../shared/stream.js";
import { t, time } from "../shared/text.js";
import { Empty, Page } from "../shared/ui.js";

const TURN = 12000; // ms a page of tables is shown
const AGAIN = 30000; // ms: it is read again by and by, whatever the stream says
const WIDE = "(min-width: 60rem)"; // there tables are shown page by page, else all of them
const TWICE = "(min-width: 100rem)"; // there in two columns a slot

export default function Board({ query }) {
  const secret = query.get("t") ?? "", path = `/v1/halls/${encodeURIComponent(secret)}`;
  const [hall, setHall] = useState(null), [gone, setGone] = useState(!secret), [lost, setLost] = useState(false);
  const asked = useRef(0);
  const read = async () => {
    const turn = ++asked.current;
    try {
      const data = await get(path);
      if (turn === asked.current) setHall({ ...data, ahead: Date.parse(data.now) - Date.now() }), setLost(false);
    } catch (problem) {
      if (problem.status === 404) setGone(true);
      else if (turn === asked.current) setLost(true); // what is shown stays
    }
  };
  useEffect(() => {
    if (gone) return;
    read();
    const again = setInterval(read, AGAIN);
    return () => clearInterval(again);
  }, [path, gone]);
  useStream(gone ? null : `${path}/events`, read);
  if (gone) return html`<${Page} title=${t("plan.hall.gone")} narrow><p>${t("plan.hall.gone.why")}</p><//>`;
  return hall && html`<${Shown} hall=${hall} lost=${lost} />`;
}

function Shown({ hall, lost }) {
  const [paused, setPaused] = useState(false), fit = useFit();
  const pages = Math.max(1, ...hall.slots.map((s) => Math.ceil(s.meetings.length / fit)));
  const [page, setPage] = useState(0);
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
      <p class="row">${pages > 1 && html`<button type="button" class="small" aria-pressed=${paused ? "true" : "false"} onClick=${() => setPaused(!paused)}>${t("plan.hall.pause")}</button> <span>${(page % pages) + 1} / ${pages}</span>`} <${Clock} ahead=${hall.ahead} /></p>
    </header>
    ${lost && html`<p class="note warn" role="status">${t("plan.hall.lost")}</p>`}
    ${!hall.slots.length ? html`<${Empty} title=${t("plan.hall.over")}><p>${t("plan.hall.over.why")}</p><//>`
      : !hall.timetable ? html`<${Empty} title=${t("plan.hall.none")}><p>${t("plan.hall.none.why")}</p><//>`
      : html`<div class="slots">${hall.slots.map((s) => html`<${Slot} key=${s.slot} slot=${s} meetings=${part(s.meetings, page % pages, fit)} first=${s === hall.slots[0]} />`)}</div>`}
    ${hall.lost.length > 0 && html`<p class="note warn">${t("plan.hall.tables", { n: hall.lost.length, tables: hall.lost.join(", ") })}</p>`}
  </main>`;
}

// A slot with fewer pages than the other begins again.
function part(meetings, page, fit) {
  const pages = Math.max(1, Math.ceil(meetings.length / fit)), from = (page % pages) * fit;
  return meetings.slice(from, from + fit);
}

const Slot = ({ slot, meetings, first }) => html`<section aria-labelledby=${`slot-${slot.slot}`} class=${slot.on ? "on" : ""}>
  <h2 id=${`slot-${slot.slot}`}>${t(slot.on ? "plan.hall.on" : first ? "plan.hall.first" : "plan.hall.next")} <strong>${time(slot.start)} – ${time(slot.end)}</strong></h2>
  ${!meetings.length && html`<p class="soft">${t("plan.hall.free")}</p>`}
  <ul>${meetings.map((m) => html`<li key=${m.table} class=${m.changed ? "changed" : ""}><span class="seat">${m.table}</span><span>${m.people.map((p) => html`<span class="who">${p.name}${p.company && html` <small>${p.company}</small>`}</span>`)}</span>
    ${m.changed && html`<span class="tag warn">${t("plan.hall.changed")}</span>`}</li>`)}</ul>
</section>`;

function Clock({ ahead }) {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => set(Date.now()), 1000);
    return () => clearInterval(tick);
  }, []);
  return html`<time class="big">${time(now + ahead)}</time>`;
}

const HEAD = 235, ROW = 3.95; // px above and below the tables; em of one table
// How many tables of a slot fit on the screen, as large as style.css writes them.
function fits() {
  if (!matchMedia(WIDE).matches) return Number.MAX_SAFE_INTEGER;
  const em = parseFloat(getComputedStyle(document.documentElement).fontSize) * (innerHeight >= 900 ? 1.5 : 1.2);
  return Math.max(3, Math.floor((innerHeight - HEAD) / (ROW * em))) * (matchMedia(TWICE).matches ? 2 : 1);
}

function useFit() {
  const [fit, set] = useState(fits);
  useEffect(() => {
    const again = () => set(fits());
    addEventListener("resize", again);
    return () => removeEventListener("resize", again);
  }, []);
  return fit;
}
