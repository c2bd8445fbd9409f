// SPDX-License-Identifier: EUPL-1.2
// What one does in a convention: one's meetings by the hour, requests, availability; what others do shows without reload.
import { call, get, post, useGet } from "../shared/api.js";
import { html, useEffect, useMemo, useState } from "../shared/html.js";
import { Choices, Form, Numeric, Radios, Select, Toggle, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { useStore } from "../shared/store.js";
import { useStream } from "../shared/stream.js";
import { t, word } from "../shared/text.js";
import { Asked, Button, Empty, Page, Read, Tag, say } from "../shared/ui.js";
import { clock } from "../shared/hours.js";
import { later, waiting } from "./later.js";
import { People } from "./people.js";

const GOING = ["draft", "open", "closed"]; // conventions in which something can still be said

export default function Programme({ id }) {
  const list = useGet("/v1/participations");
  const item = list.data?.items.find((one) => one.participant.id === id);
  if (!list.data || list.problem) return html`<${Page} title=${t("nav.participations")}><${Read} from=${list}>${() => null}<//><//>`;
  if (!item?.badge) return html`<${Page} title=${t("nav.participations")} narrow><${Empty} title=${t("part.lost")}><p><a href="/app/participations">${t("nav.participations")}</a></p><//><//>`;
  return html`<${Badge} path=${`/v1/badges/${item.badge.split("/badge/")[1]}`} name=${item.convention.name} />`;
}

function Badge({ path, name }) {
  const badge = useGet(path), [, tick] = useState(0), offline = useOffline(badge.reload);
  const read = useMemo(() => Date.now(), [badge.data]);
  useStream("/v1/events", () => badge.reload());
  useEffect(() => { // the next meeting becomes the present one
    const clock = setInterval(() => tick((n) => n + 1), 30000);
    return () => clearInterval(clock);
  }, []);
  return html`<${Page} title=${name} lead=${badge.data && summary(badge.data)}>
    <p><a href="/app/participations">← ${t("nav.participations")}</a></p>
    <div role="status">${offline && badge.data && html`<p class="note warn">${t("part.offline", { hour: clock(badge.data.convention.zone).hour(read) })}</p>`}</div>
    <${Read} from=${badge}>${(data) => html`<${Whole} badge=${data} path=${path} reload=${badge.reload} />`}<//>
  <//>`;
}

// Whether the telephone has no network. again: called when it is back.
function useOffline(again) {
  const [offline, set] = useState(!navigator.onLine);
  useEffect(() => {
    const change = () => (set(!navigator.onLine), navigator.onLine && again());
    for (const kind of ["online", "offline"]) addEventListener(kind, change);
    return () => ["online", "offline"].forEach((kind) => removeEventListener(kind, change));
  }, []);
  return offline;
}

const summary = ({ convention: c, participant: p }) => [c.starts && clock(c.zone).day(c.starts), c.place, t("part.by", { name: c.organiser }), p.name].filter(Boolean).join(" · ");

function Whole({ badge, path, reload }) {
  const { participant: me, programme } = badge, times = clock(badge.convention.zone);
  const gone = me.state === "withdrawn", going = GOING.includes(programme.state), comes = ["listed", "coming"].includes(me.state);
  const tell = { path, reload, times };
  if (gone) return html`<div class="note">
    <p>${t("part.withdrawn")}</p>
    ${going && html`<p>${t("part.return.why")}</p><p><${Button} class="main" onClick=${async () => (await comeBack(path), reload())}>${t("part.return")}<//></p>`}
  </div>`;
  return html`<div class="sides">
    <div>
      ${!comes && html`<${State} me=${me} going=${going} ...${tell} />`}
      <${Next} meetings=${badge.meetings} times=${times} />
      ${comes && html`<p class="note good">${t("part.coming")}</p>`}
      ${going && html`<${Received} requests=${badge.requests} ...${tell} />`}
      <${Meetings} badge=${badge} ...${tell} />
      ${going && html`<${Wishes} requests=${badge.requests} ...${tell} />`}
      ${programme.state === "open" && html`<${People} requests=${badge.requests} ...${tell} />`}
    </div>
    <aside>
      <${Papers} links=${badge.links} />
      ${going && html`<${Attendance} key=${me.version} me=${me} slots=${programme.slots} ...${tell} />`}
      ${going && comes && html`<p><${Asked} text=${t("part.withdraw")} question=${t("part.withdraw.sure")} act=${async () => (await post(`${path}/withdraw`), reload(), say(t("part.withdraw.done"), { undo: async () => (await comeBack(path), reload()) }))}><p>${t("part.withdraw.why")}</p><//></p>`}
    </aside>
  </div>`;
}

async function comeBack(path) {
  await post(`${path}/return`);
  say(t("part.return.done"));
}

// The version that is written to is the present one: what others change meanwhile does not concern these fields.
async function attend(path, body) {
  const now = await get(path);
  await call("PUT", path, { body, version: now.participant.version });
}

function State({ me, going, path, reload }) {
  const come = (state, text) => async () => {
    await attend(path, { state });
    reload();
    say(text, { undo: async () => (await attend(path, { state: state === "coming" ? "declined" : "coming" }), reload()) });
  };
  return html`<div class="note warn">
    <p>${t(me.state === "invited" ? "part.invited" : "part.stays")}</p>
    ${going && html`<div class="row">
      <${Button} class="main" onClick=${come("coming", t("part.come.done"))}>${t("part.come")}<//>
      ${me.state === "invited" && html`<${Button} class="bad" onClick=${come("declined", t("part.stay.done"))}>${t("part.stay")}<//>`}
    </div>`}
  </div>`;
}

const company = ({ name, company: of }) => (of ? `${name}, ${of}` : name);

function Next({ meetings, times }) {
  const now = Date.now(), [next, then] = meetings.filter((m) => new Date(m.end) > now);
  if (!next) return null;
  return html`<section class="card" aria-labelledby="next">
    <h2 id="next">${t(new Date(next.start) <= now ? "part.now" : "part.next")}</h2>
    <p class="big">${times.hours(next)}</p>
    <p>${times.day(next.start)}, ${t("part.table", { name: next.table })}<br />${company(next.with)}</p>
    ${then && html`<p>${t("part.then")} <strong>${times.hours(then)}</strong>, ${t("part.table", { name: then.table })}<br />${company(then.with)}</p>`}
  </section>`;
}

function Meetings({ badge, path, reload, times }) {
  const days = [...new Set(badge.meetings.map((m) => times.day(m.start)))];
  return html`<section aria-labelledby="meetings">
    <h2 id="meetings">${t("part.meetings")}</h2>
    ${badge.timetable?.state === "preliminary" && html`<p class="note">${t("part.preliminary")}</p>`}
    ${!badge.meetings.length && html`<${Empty} title=${t("part.meetings.none")}><p>${t("part.meetings.none.why")}</p><//>`}
    ${days.map((day) => html`<h3>${day}</h3>
      <ul class="plain">${badge.meetings.filter((m) => times.day(m.start) === day).map((m) => html`<li class="card" key=${m.meeting}>
        <p><strong>${times.hours(m)}</strong>, ${t("part.table", { name: m.table })}<br />${company(m.with)}${m.need && html`<br /><em>${m.need.title}</em>`}</p>
        ${new Date(m.start) <= Date.now() && html`<${Outcome} meeting=${m} path=${path} reload=${reload} />`}
      </li>`)}</ul>`)}
  </section>`;
}

function Outcome({ meeting, path, reload }) {
  const [record, bind] = useRecord(meeting.outcome ?? { met: true, useful: false, follow_up: "none" });
  const submit = async () => {
    await post(`${path}/outcomes`, { ...record, useful: record.met ? record.useful : undefined, request: meeting.meeting });
    reload();
    say(t("part.outcome.done"));
  };
  const at = (name) => ({ ...bind(`/${name}`), path: `/${meeting.meeting}/${name}` });
  return html`<details><summary>${t(meeting.outcome ? "part.outcome.told" : "part.outcome")}</summary>
    <${Form} submit=${submit} label=${t("part.outcome")}>
      <${Radios} ...${at("met")} record="outcome" needed options=${[[true, t("part.met.yes")], [false, t("part.met.no")]]} />
      ${record.met && html`<${Toggle} ...${at("useful")} record="outcome" />`}
      <${Select} ...${at("follow_up")} record="outcome" list="follow_up" needed />
      <button class="small">${t("save")}</button>
    <//>
  </details>`;
}

// Requests that wait for me. What I answer is sent a moment later.
function Received({ requests, path, reload }) {
  const held = useStore(waiting);
  const asked = requests.filter((r) => r.by === "other" && r.state === "asked");
  if (!asked.length) return null;
  return html`<section aria-labelledby="received">
    <h2 id="received">${t("part.received")}</h2>
    <ul class="plain">${asked.map((r) => html`<li class="card" key=${r.id}>
      <${About} r=${r} />
      ${held[r.id] ? html`<p><${Tag}>${t(`part.${held[r.id]}`)}<//></p>` : html`<${Answers} r=${r} path=${path} reload=${reload} />`}
    </li>`)}</ul>
  </section>`;
}

const About = ({ r }) => html`<p><strong>${company(r.with)}</strong>${r.need && html`<br /><em>${r.need.title}</em>`}${r.message && html`<br />« ${r.message} »`}</p>`;

function Answers({ r, path, reload }) {
  const answer = (word, text) =>
    later(r.id, word, text, async () => {
      await post(`${path}/answers`, { request: r.id, answer: word }, { keepalive: true });
      reload();
    });
  return html`<div class="row">
    ${r.state !== "accepted" && html`<button type="button" class="main" aria-label=${t("part.accept.whom", { name: r.with.name })} onClick=${() => answer("accepted", t("part.accept.done", { name: r.with.name }))}>${t("part.accept")}</button>`}
    ${r.state !== "declined" && html`<button type="button" class="bad" aria-label=${t("part.refuse.whom", { name: r.with.name })} onClick=${() => answer("declined", t("part.refuse.done", { name: r.with.name }))}>${t("part.refuse")}</button>`}
  </div>`;
}

// All the other requests, mine and those I have answered.
function Wishes({ requests, path, reload }) {
  const held = useStore(waiting);
  const others = requests.filter((r) => r.by === "me" || r.state !== "asked");
  const state = (r) => (r.state === "accepted" ? t(r.placed ? "part.placed" : "part.unplaced") : word("request_state", r.state));
  return html`<section aria-labelledby="wishes">
    <h2 id="wishes">${t("part.wishes")}</h2>
    ${!others.length && html`<p class="soft">${t("part.wishes.none")}</p>`}
    <ul class="plain">${others.map((r) => html`<li class="card" key=${r.id}>
      <${About} r=${r} />
      <p><${Tag} kind=${r.state === "accepted" ? "good" : r.state === "declined" ? "bad" : undefined}>${held[r.id] ? t(`part.${held[r.id]}`) : state(r)}<//></p>
      ${!held[r.id] && (r.by === "me" ? r.state !== "declined" && html`<${Withdrawal} r=${r} path=${path} reload=${reload} />` : html`<${Answers} r=${r} path=${path} reload=${reload} />`)}
    </li>`)}</ul>
  </section>`;
}

const Withdrawal = ({ r, path, reload }) => html`<button type="button" class="small" aria-label=${t("part.cancel.whom", { name: r.with.name })} onClick=${() =>
  later(r.id, "cancelled", t("part.cancel.done", { name: r.with.name }), async () => {
    await post(`${path}/answers`, { request: r.id, answer: "withdrawn" }, { keepalive: true });
    reload();
  })}>${t("part.cancel")}</button>`;

function Attendance({ me, slots, path, reload, times }) {
  const [record, bind] = useRecord({ there: slots.map((s) => s.slot).filter((n) => !me.absent.includes(n)), most: me.most });
  const there = record.there ?? [];
  const submit = async () => {
    const absent = slots.map((s) => s.slot).filter((n) => !there.includes(n));
    await attend(path, { state: "coming", absent, most: record.most || 0 });
    reload();
    say(t("saved"), { undo: async () => (await attend(path, { state: "coming", absent: me.absent, most: me.most ?? 0 }), reload()) });
  };
  const sessions = [...new Set(slots.map((s) => s.session))];
  return html`<section class="card" aria-labelledby="attendance">
    <h2 id="attendance">${t("part.attendance")}</h2>
    <p class="soft">${t("part.attendance.late")}</p>
    <${Form} submit=${submit} label=${t("part.attendance")}>
      ${sessions.map((name, i) => html`<${Choices} ...${bind("/there")} path=${`/there/${i}`} needed label=${t("part.there", { name })} options=${slots.filter((s) => s.session === name).map((s) => [s.slot, times.hours(s)])} />`)}
      <${Numeric} ...${bind("/most")} record="attendance" label=${t("part.most")} min="1" max="64" />
      <${Privacy} of="part.privacy" />
      <button class="main">${t("save")}</button>
    <//>
  </section>`;
}

// The calendar's address for a program that follows it.
const followed = (address) => address.replace(/^https?:/, "webcal:");

function Papers({ links }) {
  const copy = async () => (await navigator.clipboard.writeText(links.agenda), say(t("part.calendar.copied")));
  return html`<section class="card" aria-labelledby="papers">
    <h2 id="papers">${t("part.papers")}</h2>
    <p class="row"><a class="button small" href=${links.checkin} target="_self">${t("part.checkin")}</a><a class="button small" href=${links.sheet} target="_self">${t("part.sheet")}</a></p>
    <h3>${t("part.calendar.follow")}</h3>
    <p class="row"><a class="button small" href=${followed(links.agenda)}>${t("part.calendar.subscribe")}</a><${Button} class="small" onClick=${copy}>${t("part.calendar.copy")}<//></p>
    <div class="field"><label for="calendar">${t("part.calendar")}</label><input id="calendar" readonly value=${links.agenda} aria-describedby="calendar-hint" onFocus=${(e) => e.target.select()} />
      <p class="hint" id="calendar-hint">${t("part.calendar.hint")}</p></div>
  </section>`;
}
