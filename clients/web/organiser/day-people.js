// SPDX-License-Identifier: EUPL-1.2
// The desk: who is there. An arrival by a name, a click or a code that is read; who is expected at a table now.
import { Problem, post } from "../shared/api.js";
import { html, useMemo, useRef, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t, time, word } from "../shared/text.js";
import { Button, Dialog, Empty, Tag, say } from "../shared/ui.js";
import { Follow, noSlot } from "./day-person.js";
import { Scan } from "./day-scan.js";
import { byName } from "./grid-model.js";
import { slotName } from "./plan-words.js";
import { plain, zoneAt } from "./said.js";

const SHOWN = 25;
const SOON = 15 * 60000; // ms before a slot: who meets somebody then should be there
const FILTERS = ["all", "due", "expected", "arrived", "missing"];
const CODE = /\/checkin\?t=/; // what a reader of QR codes writes

// How somebody stands now: "gone" (will not come at all), "missing" (not today any more), "late" (until a slot), "arrived", "expected", "invited".
// back, leaves: the slots from which it is there, or no longer.
function standing(p, convention, now) {
  if (["declined", "withdrawn"].includes(p.state)) return { is: "gone" };
  const left = convention.slots.filter((s) => Date.parse(s.end) > now), today = left.filter((s) => s.start.slice(0, 10) === left[0].start.slice(0, 10));
  const there = today.filter((s) => ![...p.missing, ...p.absent].includes(s.slot));
  const back = there[0] !== today[0] ? there[0] : undefined, leaves = there.length ? today[today.indexOf(there.at(-1)) + 1] : undefined;
  if (today.length && p.missing.includes(today[0].slot)) return back ? { is: "late", back, leaves } : { is: "missing" };
  return { is: p.arrived ? "arrived" : p.state === "invited" ? "invited" : "expected", back, leaves };
}

const isDue = ({ s, next }, now) => ["expected", "invited"].includes(s.is) && next && Date.parse(next.start) - SOON <= now;
const passes = (filter, one, now) => filter === "all" || (filter === "due" ? isDue(one, now) : filter === "missing" ? ["missing", "late", "gone"].includes(one.s.is) : one.s.is === filter);

export function Arrivals({ convention, people, byId, meetings, now }) {
  const [words, setWords] = useState(""), [filter, setFilter] = useState("all"), [most, setMost] = useState(SHOWN), [open, setOpen] = useState(null), field = useRef();
  const next = useMemo(() => nextOf(convention, meetings, now), [convention, meetings, now]);
  const all = useMemo(() => people.map((p) => ({ p, s: standing(p, convention, now), next: next.get(p.id), text: ` ${plain(`${p.name} ${p.company ?? ""}`)}` })).sort((a, b) => byName(a.p, b.p)), [people, convention, next, now]);
  const wanted = plain(words).split(" "), found = all.filter((one) => passes(filter, one, now) && wanted.every((w) => one.text.includes(` ${w}`) || (w.length > 2 && one.text.includes(w))));
  const shown = all.find((one) => one.p.id === open), close = () => setOpen(null);
  if (!people.length) return html`<h2>${t("plan.people")}</h2><${Empty} title=${t("plan.people.none")}><p><a href=${`/app/conventions/${convention.id}/people`}>${t("conv.tab.people")}</a></p><//>`;
  const enter = async (e) => {
    e.preventDefault();
    const typed = words.trim(), one = found.length === 1 && found[0];
    if (!typed || !active(convention)) return;
    if (CODE.test(typed)) setWords(""), await read(convention, typed, all).catch(failed);
    else if (one && mayArrive(one.s)) setWords(""), await arrive(convention, one).catch(failed);
    else if (one?.s.is === "arrived") say(t("plan.arrived.already", { name: one.p.name, hour: time(one.p.arrived, zoneAt(convention)) }));
    field.current.focus();
  };
  return html`<section aria-labelledby="people"><h2 id="people">${t("plan.people")}</h2>
    <form class="wide" role="search" onSubmit=${enter}>
      <label class="over" for="day-words">${t("plan.people.find")}</label>
      ${active(convention) && html`<p class="hint" id="day-words-hint">${t("plan.people.find.hint")}</p>`}
      <p><input id="day-words" type="search" autocomplete="off" maxlength="300" ref=${field} value=${words} aria-describedby=${active(convention) ? "day-words-hint" : undefined} onInput=${(e) => setWords(e.target.value)} /></p>
      ${active(convention) && html`<p><${Scan} on=${(code) => read(convention, code, all).catch(failed)} /></p>`}
      <div class="row" role="group" aria-label=${t("plan.people.filter")}>${FILTERS.map((f) => html`<button type="button" class=${f === filter ? "small main" : "small"} aria-pressed=${f === filter ? "true" : "false"} onClick=${() => setFilter(f)}>${t(`plan.people.${f}`)} ${all.filter((one) => passes(f, one, now)).length}</button>`)}</div>
    </form>
    <p class="hidden" role="status">${t("plan.people.n", { n: found.length })}</p>
    ${!found.length && html`<p>${t(filter === "due" && !words ? "plan.people.due.none" : "plan.people.found.none")}</p>`}
    <ul class="rows desk">${found.slice(0, most).map((one) => html`<${Person} key=${one.p.id} one=${one} convention=${convention} byId=${byId} open=${() => setOpen(one.p.id)} />`)}</ul>
    ${found.length > most && html`<p><button type="button" onClick=${() => setMost(most + SHOWN)}>${t("more")}</button></p>`}
    <${Dialog} open=${Boolean(shown)} title=${shown?.p.name ?? ""} onClose=${close}>${shown && html`<${Follow} p=${shown.p} s=${shown.s} state=${html`<${States} ...${shown} zone=${zoneAt(convention)} />`} convention=${convention} now=${now} close=${close} />`}<//>
  </section>`;
}

const failed = (problem) => say(problem.message, { bad: true });
const active = (convention) => mayWrite() && ["open", "closed"].includes(convention.state);
const mayArrive = (s) => !["arrived", "gone"].includes(s.is);

// The meeting that each person is in, or has next.
function nextOf(convention, meetings, now) {
  const next = new Map();
  for (const m of [...meetings].sort((a, b) => a.slot - b.slot))
    if (Date.parse(m.end) > now) for (const id of m.people) next.has(id) || next.set(id, m);
  return next;
}

function arrived(convention, { p, s, next }) {
  // Who was said to be missing is not sent away again.
  const undo = ["expected", "invited"].includes(s.is) ? () => post(`/v1/participants/${p.id}/missing`, { until: noSlot(convention) }) : undefined;
  say(next ? t("plan.arrived.next", { name: p.name, hour: slotName(convention, next), table: next.table }) : t("plan.arrived.done", { name: p.name }), { undo });
}

async function arrive(convention, one) {
  await post(`/v1/participants/${one.p.id}/arrived`);
  arrived(convention, one);
}

async function read(convention, code, all) {
  const who = await post(`/v1/conventions/${convention.id}/arrivals`, { code }).catch((problem) => {
    throw [404, 422].includes(problem.status) ? new Problem(problem.status, { detail: t("plan.scan.nobody") }) : problem;
  });
  const one = all.find(({ p }) => p.id === who.id);
  if (one?.s.is === "arrived") say(t("plan.arrived.already", { name: who.name, hour: time(who.arrived, zoneAt(convention)) }));
  else arrived(convention, one ?? { p: who, s: {} });
}

const KINDS = { arrived: "good", late: "warn", missing: "bad", gone: "bad", invited: "" };
const States = ({ p, s, zone }) => html`<${Tag} kind=${KINDS[s.is]}>${said(p, s, zone)}<//>${s.leaves && html` <${Tag}>${t("plan.standing.leaves", { hour: time(s.leaves.start, zone) })}<//>`}`;
function said(p, s, zone) {
  if (s.is === "gone") return word("participant_state", p.state);
  if (s.is === "arrived") return t("plan.standing.arrived", { hour: time(p.arrived, zone) });
  return t(`plan.standing.${s.is === "expected" && s.back ? "from" : s.is}`, { hour: s.back && time(s.back.start, zone) });
}

function Person({ one, convention, byId, open }) {
  const { p, s, next } = one, other = next && byId.get(next.people.find((id) => id !== p.id));
  const comeBack = async () => (await post(`/v1/participants/${p.id}/return`), say(t("conv.return.done", { name: p.name })));
  return html`<li>
    <span><strong>${p.name}</strong>${p.company && html`<br /><small class="soft">${p.company}</small>`}</span>
    <span><${States} ...${one} zone=${zoneAt(convention)} />${next && html`<br />${slotName(convention, next)}, ${t("plan.table.of", { table: next.table })}<br /><small class="soft">${other?.name}</small>`}</span>
    <span class="row">${active(convention) && mayArrive(s) && html`<${Button} class="small main" aria-label=${t("plan.arrived.who", { name: p.name })} onClick=${() => arrive(convention, one)}>${t("plan.arrived")}<//>`}
      ${active(convention) && s.is === "gone" && html`<${Button} class="small" aria-label=${t("plan.return.who", { name: p.name })} onClick=${comeBack}>${t("conv.return")}<//>`}
      ${mayWrite() && html`<button type="button" class="small" aria-label=${t("plan.follow.who", { name: p.name })} onClick=${open}>${t("plan.follow")}</button>`}</span>
  </li>`;
}
