// SPDX-License-Identifier: EUPL-1.2
// A convention at a glance: what to do next, numbers, what it needs, and the moves of its state.
import { post, useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { instant, longDay, t, time, word } from "../shared/text.js";
import { Asked, Button, Failed, Tag, say } from "../shared/ui.js";
import { Frame, isOpen, isOurs, useSoon } from "./frame.js";
import { Hours } from "./sessions.js";

const sum = (counts) => Object.values(counts).reduce((all, n) => all + n, 0);
const to = (c, folder) => `/app/conventions/${c.id}${folder}`;

export default ({ id }) => html`<${Frame} id=${id} actions=${(convention, reload) => isOurs(convention) && mayWrite() && html`<${Moves} of=${convention} reload=${reload} />`}>
  ${(convention) => (isOurs(convention) ? html`<${Ours} of=${convention} />` : html`<${Theirs} of=${convention} />`)}
<//>`;

const Ours = ({ of }) => html`
  <${Next} of=${of} />
  <div class="sides">
    <div>
      <${Numbers} of=${of} />
      ${isOpen(of) && of.requests.accepted > 0 && html`<${Advice} of=${of} />`}
    </div>
    <aside class="card"><${About} of=${of} /></aside>
  </div>`;

function About({ of }) {
  return html`<h2>${t("conv.about")}</h2>
    <dl class="facts">
      <dt>${t("conv.day")}</dt><dd>${longDay(of.starts)}${longDay(of.ends) === longDay(of.starts) ? "" : ` – ${longDay(of.ends)}`}</dd>
      ${of.place && html`<dt>${t("conv.place")}</dt><dd>${of.place}</dd>`}
      <dt>${t("conv.tab.plan")}</dt><dd>${word("meeting_mode", of.mode)}</dd>
      ${of.until && html`<dt>${t("conv.until")}</dt><dd>${instant(of.until)}</dd>`}
      ${of.tables && html`<dt>${t("conv.tables")}</dt><dd>${of.tables.length}${of.lost.length ? ` (${t("conv.lost", { n: of.lost.length })})` : ""}</dd>`}
      ${!isOurs(of) && html`<dt>${t("conv.organiser")}</dt><dd>${of.organiser.name}</dd>`}
    </dl>
    ${of.description && html`<p style=${{ whiteSpace: "pre-line" }}>${of.description}</p>`}
    <${Hours} sessions=${of.sessions} />`;
}

// Of another organiser: how one takes part.
const Theirs = ({ of }) => html`<div class="note"><p>${t("conv.theirs", { name: of.organiser.name })}</p><p><a href="/app/participations">${t("nav.participations")}</a></p></div>
  <div class="card"><${About} of=${of} /></div>`;

// ---- What to do next

// The first that is so: [sentence, address, its text].
function nextOf(c) {
  const people = sum(c.participants), coming = (c.participants.listed ?? 0) + (c.participants.coming ?? 0), invited = c.participants.invited ?? 0;
  const accepted = c.requests.accepted ?? 0, asked = c.requests.asked ?? 0, now = Date.now();
  const begun = Date.parse(c.starts) <= now && Date.parse(c.ends) > now;
  return [
    [c.state === "cancelled", "cancelled"],
    [c.state === "over", "over", "/outcomes", "outcomes"],
    [begun && c.current, "today", "/day", "day"],
    [!people, "people", "/people", "people"],
    [c.state === "draft", "open"],
    [c.mode === "acceptance", "acceptance", "/requests", "requests"],
    [!accepted && asked, "asked", "/requests?state=asked", "requests"],
    [!accepted, "requests", "/requests?add=1", "requests"],
    [!c.current && invited, "invited", "/people?state=invited", "people"],
    [!c.current, "plan", "/plan", "plan"],
    [accepted > c.meetings, "left", "/plan", "plan"],
    [c.current?.state === "preliminary", "final", "/plan", "plan"],
    [true, "ready", "/print", "print"],
  ].find(([so]) => so).concat([{ n: { invited, asked, plan: accepted, left: accepted - c.meetings, ready: c.meetings, open: people }, coming }]);
}

function Next({ of }) {
  const entry = nextOf(of), [, what, folder, tab] = entry, { n } = entry.at(-1);
  return html`<div class="note" role="status">
    <p><strong>${t("conv.next")}</strong> ${t(`conv.next.${what}`, { n: n[what] ?? 0 })}</p>
    ${typeof folder === "string" && html`<p><a class="button" href=${to(of, folder)}>${t(`conv.tab.${tab}`)}</a></p>`}
  </div>`;
}

// ---- Numbers

const Numbers = ({ of }) => html`<section aria-labelledby="numbers">
  <h2 id="numbers" style=${{ marginTop: 0 }}>${t("conv.numbers")}</h2>
  <ul class="cards">
    <${Count} n=${sum(of.participants)} what="people" href=${to(of, "/people")} states=${["coming", "listed", "invited", "declined", "withdrawn"].map((s) => [s, of.participants[s], word("participant_state", s), `/people?state=${s}`])} of=${of} />
    <${Count} n=${sum(of.requests)} what="requests" href=${to(of, "/requests")} states=${["accepted", "asked", "declined", "withdrawn"].map((s) => [s, of.requests[s], word("request_state", s), `/requests?state=${s}`])} of=${of} />
    <${Count} n=${of.meetings} what="meetings" href=${to(of, "/plan")} states=${[["left", Math.max(0, (of.requests.accepted ?? 0) - of.meetings), t("conv.waiting"), "/requests?state=waiting"]]} of=${of}>
      ${of.current && html`<p class="soft">${t("conv.version", { n: of.current.number })} · ${word("timetable_state", of.current.state)}, ${instant(of.current.published)}</p>`}
      ${of.repair && html`<p><${Tag} kind="warn">${t("conv.repairing")}<//></p>`}
    <//>
  </ul>
</section>`;

const Count = ({ n, what, href, states, of, children }) => html`<li class="card">
  <h3><a href=${href}>${t(`conv.count.${what}`)}</a></h3>
  <p class="big">${n}</p>
  <ul class="plain">${states.filter(([, count]) => count).map(([state, count, text, folder]) => html`<li key=${state}><a href=${to(of, folder)}>${count} · ${text}</a></li>`)}</ul>
  ${children}
</li>`;

// ---- What it needs

function Advice({ of }) {
  const advice = useGet(`/v1/conventions/${of.id}/advice`), again = useSoon(advice.reload, 1000);
  useEffect(() => {
    if (advice.data) again();
  }, [of.happened]);
  const a = advice.data;
  return html`<section aria-labelledby="advice">
    <h2 id="advice">${t("conv.advice")}</h2>
    ${advice.problem ? html`<${Failed} problem=${advice.problem} again=${advice.reload} />` : !a ? html`<p role="status" class="soft">${t("waiting")}</p>` : html`
      <p>${t("conv.advice.size", { n: a.meetings, people: a.people })}</p>
      <dl class="facts">
        <${Needed} what="slots" least=${a.least_slots} have=${a.slots} exact=${a.exact} />
        <${Needed} what="tables" least=${a.least_tables} have=${a.tables} exact=${a.exact} />
      </dl>
      ${a.busiest && html`<p>${t("conv.advice.busiest")} <a href=${to(of, `/people/${a.busiest.id}`)}>${a.busiest.name}</a>${t("colon")}${t("conv.advice.busiest.n", { n: a.busiest.meetings })}</p>`}
      ${a.impossible ? html`<div class="note bad"><p><strong>${t("conv.advice.impossible")}</strong> ${a.impossible}</p><p>${t("conv.advice.impossible.do")}</p></div>` : html`<p class="soft">${t("conv.advice.possible")}</p>`}`}
  </section>`;
}

// exact: so many are enough; else no fewer are, and only a run says whether they are.
const Needed = ({ what, least, have, exact }) => html`<dt>${t(`conv.advice.${what}`)}</dt>
  <dd>${t("conv.advice.least", { least, have })} <${Tag} kind=${have < least ? "bad" : exact ? "good" : "brand"}>${t(have < least ? "conv.advice.short" : exact ? "conv.advice.enough" : "conv.advice.maybe", { n: least - have })}<//></dd>`;

// ---- Moves of its state

function Moves({ of, reload }) {
  const move = async (state, text, undo) => {
    await post(`/v1/conventions/${of.id}/state`, { state });
    reload();
    say(t(text), { undo: undo && (() => move(undo[0], undo[1])) });
  };
  const told = ["listed", "invited", "coming"].reduce((n, s) => n + (of.participants[s] ?? 0), 0);
  const begun = Date.parse(of.starts) <= Date.now();
  return html`
    ${of.state === "draft" && html`<${Asked} class="main" text=${t("conv.do.open")} question=${t("conv.do.open.question")} act=${() => move("open", "conv.did.open")}>
      <p>${t(of.public ? "conv.do.open.public" : "conv.do.open.private")}</p><p>${t("conv.do.open.why")}</p><//>`}
    ${of.state === "open" && html`<${Button} onClick=${() => move("closed", "conv.did.closed", ["open", "conv.did.open"])}>${t("conv.do.close")}<//>`}
    ${of.state === "closed" && html`<${Button} onClick=${() => move("open", "conv.did.open", ["closed", "conv.did.closed"])}>${t("conv.do.reopen")}<//>`}
    ${["open", "closed"].includes(of.state) && begun && html`<${Asked} class="" text=${t("conv.do.over")} question=${t("conv.do.over.question")} act=${() => move("over", "conv.did.over")}><p>${t("conv.do.over.why")}</p><//>`}
    ${isOpen(of) && html`<${Asked} text=${t("conv.do.cancel")} question=${t("conv.do.cancel.question", { name: of.name })} yes=${t("conv.do.cancel.yes")} act=${() => move("cancelled", "conv.did.cancelled")}>
      <p>${t("conv.do.cancel.told", { n: told })} ${of.meetings > 0 && t("conv.do.cancel.meetings", { n: of.meetings })}</p><p>${t("conv.do.cancel.for_good")}</p><//>`}`;
}
