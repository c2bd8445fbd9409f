// SPDX-License-Identifier: EUPL-1.2
// The day itself: which slot is on, who is there, what is mended as it happens, tables, and the board of the hall.
import { get, getAll, post, useGet } from "../shared/api.js";
import { html, useEffect, useMemo, useRef, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { number, t } from "../shared/text.js";
import { Asked, Button, Empty, Read, Tag, say } from "../shared/ui.js";
import { Arrivals } from "./day-people.js";
import { Repairs } from "./day-repairs.js";
import { Frame, useSoon } from "./frame.js";
import { pair, slotName } from "./plan-words.js";

const TICK = 10000; // ms between two looks at the clock
const ONE = ["arrived", "missing", "withdraw", "participant"]; // events that name a participant
const RELOADS = { participants: ["people"], timetable: ["versions", "waiting"], draft: ["versions"], plan: ["versions"], request: ["waiting"], requests: ["waiting"] };

export default function Day({ id }) {
  const reads = {
    people: useGet(`/v1/conventions/${id}/participants`, getAll),
    versions: useGet(`/v1/conventions/${id}/timetables`),
    waiting: useGet(`/v1/conventions/${id}/requests?state=waiting`, getAll),
  };
  const again = { people: useSoon(reads.people.reload), versions: useSoon(reads.versions.reload), waiting: useSoon(reads.waiting.reload) }, people = useRef();
  people.current = reads.people;
  // Who is named is read alone: with many people, arrivals come every second.
  const fresh = async (who) => {
    const next = await get(`/v1/participants/${who}`), known = people.current.data;
    if (known?.some((p) => p.id === who)) people.current.put(known.map((p) => (p.id === who ? next : p)));
    else people.current.reload();
  };
  const on = ({ kind, data }) => {
    if (ONE.includes(kind)) fresh(data.participant?.id ?? data.id).catch(() => {});
    for (const what of kind === "open" ? Object.keys(again) : (RELOADS[kind] ?? [])) again[what]();
  };
  return html`<${Frame} id=${id} tab="day" on=${on}>${(convention, reload) => html`
    <${Read} from=${reads.people}>${(all) => html`<${Shown} convention=${convention} reload=${reload} people=${all} versions=${reads.versions} waiting=${reads.waiting} />`}<//>`}<//>`;
}

function Shown({ convention, reload, people, versions, waiting }) {
  const timetable = useGet(convention.current ? `/v1/timetables/${convention.current.id}` : null), last = useRef();
  const now = useNow();
  if (timetable.data) last.current = timetable.data;
  const meetings = convention.current ? (last.current?.meetings ?? []) : [], byId = useMemo(() => new Map(people.map((p) => [p.id, p])), [people]);
  return html`<div class="sides">
    <div>
      <${Now} convention=${convention} people=${people} meetings=${meetings} now=${now} />
      <${Arrivals} convention=${convention} people=${people} byId=${byId} meetings=${meetings} now=${now} />
    </div>
    <aside><${Read} from=${versions}>${({ items }) => html`<${Repairs} convention=${convention} versions=${items} people=${byId} done=${versions.reload} />`}<//><${Board} convention=${convention} reload=${reload} /><${Tables} convention=${convention} reload=${reload} /><${WaitingList} from=${waiting} people=${byId} /></aside>
  </div>`;
}

function useNow() {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => set(Date.now()), TICK);
    return () => clearInterval(tick);
  }, []);
  return now;
}

// What is on, what comes next, and how many are there.
function Now({ convention, people, meetings, now }) {
  const on = convention.slots.find((s) => Date.parse(s.start) <= now && now < Date.parse(s.end)), next = convention.slots.find((s) => Date.parse(s.start) > now);
  const coming = people.filter((p) => ["listed", "coming"].includes(p.state) || p.arrived);
  const slot = (s) => (s ? html`<span class="big">${slotName(convention, s)}</span><br />${t("plan.day.meetings", { n: meetings.filter((m) => m.slot === s.slot).length })}` : html`<span class="big">–</span>`);
  return html`<section aria-labelledby="now"><h2 id="now">${t("plan.day.now")}</h2>
    ${!convention.current && html`<${Empty} title=${t("plan.day.none")}><p>${t("plan.day.none.why")}</p><p><a class="button" href=${`/app/conventions/${convention.id}/plan`}>${t("conv.tab.plan")}</a></p><//>`}
    <ul class="cards numbers three">
      <li class="card"><h3>${t("plan.day.on")}</h3><p>${slot(on)}</p></li>
      <li class="card"><h3>${t("plan.day.next")}</h3><p>${slot(next)}</p></li>
      <li class="card"><h3>${t("plan.day.arrived")}</h3><p><span class="big">${number(people.filter((p) => p.arrived).length)}</span><br />${t("plan.day.of", { n: coming.length })}</p></li>
    </ul>
  </section>`;
}

// The hall's secret address, and a new one when the old has become known too widely.
function Board({ convention, reload }) {
  if (!convention.hall) return null; // who only reads does not have it
  const to = `/app/hall?t=${encodeURIComponent(convention.hall.split("/").pop())}`;
  const renew = async () => {
    await post(`/v1/conventions/${convention.id}/hall`);
    reload();
    say(t("plan.board.renewed"));
  };
  return html`<section class="card" aria-labelledby="board"><h2 id="board">${t("plan.board")}</h2>
    <p>${t("plan.board.why")}</p>
    <p class="row"><a class="button" href=${to} target="_blank">${t("plan.board.open")}</a>
      ${mayWrite() && html`<${Asked} class="small" text=${t("plan.board.renew")} question=${t("plan.board.renew.asked")} yes=${t("plan.board.renew.yes")} act=${renew}><p>${t("plan.board.renew.why")}</p><//>`}</p>
  </section>`;
}

function Tables({ convention, reload }) {
  const set = (table, lost) => async () => {
    await post(`/v1/conventions/${convention.id}/tables`, { table, lost });
    reload();
    say(t(lost ? "plan.tables.lost.done" : "plan.tables.found.done", { table }), { undo: set(table, !lost) });
  };
  const [chosen, choose] = useState("");
  const left = convention.tables.filter((name) => !convention.lost.includes(name));
  const active = ["open", "closed"].includes(convention.state) && mayWrite();
  return html`<section class="card" aria-labelledby="tables"><h2 id="tables">${t("plan.tables")}</h2>
    <p>${t("plan.tables.left", { n: left.length, all: convention.tables.length })}</p>
    ${convention.lost.length > 0 && html`<ul class="plain">${convention.lost.map((name) => html`<li class="row spread" key=${name}><span>${name} <${Tag} kind="bad">${t("plan.table.lost")}<//></span>
      ${active && html`<${Button} class="small" onClick=${set(name, false)}>${t("plan.tables.found")}<//>`}</li>`)}</ul>`}
    ${active && left.length > 0 && html`<div class="row end"><span><label class="over" for="lost-table">${t("plan.tables.which")}</label>
      <select id="lost-table" onChange=${(e) => choose(e.target.value)}>${left.map((name) => html`<option value=${name} selected=${name === chosen}>${name}</option>`)}</select></span>
      <${Button} class="bad" onClick=${set(left.includes(chosen) ? chosen : left[0], true)}>${t("plan.tables.lost")}<//></div>`}
  </section>`;
}

// Requests of people who come that wait for a place: it is given them as soon as there is one.
const WaitingList = ({ from, people }) => html`<section class="card" aria-labelledby="waits"><h2 id="waits">${t("plan.waits")}</h2>
  <${Read} from=${{ ...from, data: from.data?.filter((r) => [r.first, r.second].every((p) => ["listed", "coming"].includes(people.get(p.id)?.state))) }}>${(items) =>
    items.length
      ? html`<p>${t("plan.waits.n", { n: items.length })}</p><ul class="plain">${items.slice(0, 50).map((r) => html`<li key=${r.id}>${pair([r.first, r.second])}</li>`)}</ul>`
      : html`<p>${t("plan.waits.none")}</p>`}<//>
</section>`;
