// SPDX-License-Identifier: EUPL-1.2
// Who is there: arrivals at the desk, who is late or does not come, and the QR code of each.
import { post } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t, time, word } from "../shared/text.js";
import { Button, Dialog, Empty, Scroll, Tag, say } from "../shared/ui.js";
import { byName } from "./grid-model.js";
import { slotName } from "./plan-words.js";
import { zoneAt } from "./said.js";

const SHOWN = 50;
const FILTERS = ["all", "expected", "arrived", "missing"];

// How somebody stands now: "gone" (will not come at all), "missing" (not today any more), "late" (until a slot), "arrived", "expected", "invited".
function standing(p, convention, now) {
  if (["declined", "withdrawn"].includes(p.state)) return { is: "gone" };
  const left = convention.slots.filter((s) => Date.parse(s.end) > now), today = left.filter((s) => s.start.slice(0, 10) === left[0].start.slice(0, 10));
  if (today.length && p.missing.includes(today[0].slot)) {
    const back = today.find((s) => !p.missing.includes(s.slot));
    return back ? { is: "late", back } : { is: "missing" };
  }
  if (p.arrived) return { is: "arrived" };
  return { is: p.state === "invited" ? "invited" : "expected" };
}

export function Arrivals({ convention, people, byId, meetings, now }) {
  const [words, setWords] = useState(""), [filter, setFilter] = useState("all"), [most, setMost] = useState(SHOWN), [open, setOpen] = useState(null);
  const wanted = words.trim().toLowerCase();
  const found = people
    .map((p) => ({ p, s: standing(p, convention, now) }))
    .filter(({ p, s }) => (filter === "all" || (filter === "missing" ? ["missing", "late", "gone"].includes(s.is) : s.is === filter)) && (!wanted || `${p.name} ${p.company ?? ""}`.toLowerCase().includes(wanted)))
    .sort((a, b) => byName(a.p, b.p));
  const shown = people.find((p) => p.id === open);
  if (!people.length) return html`<h2>${t("plan.people")}</h2><${Empty} title=${t("plan.people.none")}><p><a href=${`/app/conventions/${convention.id}/people`}>${t("conv.tab.people")}</a></p><//>`;
  return html`<section aria-labelledby="people"><h2 id="people">${t("plan.people")}</h2>
    <div class="row end">
      <span><label class="over" for="day-words">${t("plan.find")}</label><input id="day-words" type="search" value=${words} onInput=${(e) => setWords(e.target.value)} /></span>
      <div class="row" role="group" aria-label=${t("plan.people.filter")}>${FILTERS.map((f) => html`<button type="button" class=${f === filter ? "small main" : "small"} aria-pressed=${f === filter ? "true" : "false"} onClick=${() => setFilter(f)}>${t(`plan.people.${f}`)}</button>`)}</div>
    </div>
    <p role="status">${t("plan.people.n", { n: found.length })}</p>
    ${found.length > 0 && html`<${Scroll} label=${t("plan.people")}><table>
      <caption class="hidden">${t("plan.people")}</caption>
      <thead><tr><th scope="col">${t("plan.person")}</th><th scope="col">${t("plan.people.state")}</th><th scope="col">${t("plan.people.next")}</th><th scope="col">${t("plan.actions")}</th></tr></thead>
      <tbody>${found.slice(0, most).map(({ p, s }) => html`<${Person} key=${p.id} p=${p} s=${s} convention=${convention} next=${nextOf(p, meetings, now)} byId=${byId} open=${() => setOpen(p.id)} />`)}</tbody>
    </table><//>`}
    ${found.length > most && html`<p><button type="button" onClick=${() => setMost(most + SHOWN)}>${t("more")}</button></p>`}
    <${Dialog} open=${Boolean(shown)} title=${shown?.name ?? ""} onClose=${() => setOpen(null)}>${shown && html`<${Follow} p=${shown} s=${standing(shown, convention, now)} convention=${convention} now=${now} close=${() => setOpen(null)} />`}<//>
  </section>`;
}

const nextOf = (p, meetings, now) => meetings.filter((m) => m.people.includes(p.id) && Date.parse(m.end) > now).sort((a, b) => a.slot - b.slot)[0];
const KINDS = { arrived: "good", late: "warn", missing: "bad", gone: "bad", invited: "" };
// A slot until which being late leaves out none: it takes an arrival back.
const noSlot = (convention, now) => convention.slots.find((s) => Date.parse(s.end) > now)?.slot ?? 1;

const said = (p, s, zone) => (s.is === "late" ? t("plan.standing.late", { hour: time(s.back.start, zone) }) : s.is === "gone" ? word("participant_state", p.state) : s.is === "arrived" ? t("plan.standing.arrived", { hour: time(p.arrived, zone) }) : t(`plan.standing.${s.is}`));
const active = (convention) => mayWrite() && ["open", "closed"].includes(convention.state);

function Person({ p, s, convention, next, byId, open }) {
  const other = next && byId.get(next.people.find((id) => id !== p.id));
  const arrive = async () => {
    await post(`/v1/participants/${p.id}/arrived`);
    // Who was said to be missing is not sent away again.
    say(t("plan.arrived.done", { name: p.name }), { undo: ["expected", "invited"].includes(s.is) ? () => post(`/v1/participants/${p.id}/missing`, { until: noSlot(convention, Date.now()) }) : undefined });
  };
  return html`<tr><th scope="row">${p.name}${p.company && html`<br /><small class="soft">${p.company}</small>`}</th>
    <td><${Tag} kind=${KINDS[s.is]}>${said(p, s, zoneAt(convention))}<//></td>
    <td>${next ? html`${slotName(convention, next)}, ${next.table}<br /><small class="soft">${other?.name ?? ""}</small>` : html`<span class="soft">–</span>`}</td>
    <td><div class="row">${active(convention) && !["arrived", "gone"].includes(s.is) && html`<${Button} class="small" aria-label=${t("plan.arrived.who", { name: p.name })} onClick=${arrive}>${t("plan.arrived")}<//>`}
      ${mayWrite() && html`<button type="button" class="small" aria-label=${t("plan.follow.who", { name: p.name })} onClick=${open}>${t("plan.follow")}</button>`}</div></td></tr>`;
}

// What can be said of one person, and its QR code.
function Follow({ p, s, convention, now, close }) {
  const later = convention.slots.filter((x) => Date.parse(x.start) > now), [until, setUntil] = useState(String(later[1]?.slot ?? later[0]?.slot ?? "")), [leaving, setLeaving] = useState(false);
  const undo = async () => {
    await post(`/v1/participants/${p.id}/arrived`);
    if (!p.arrived) await post(`/v1/participants/${p.id}/missing`, { until: noSlot(convention, Date.now()) }); // awaited again, as before
  };
  const missing = (body, text) => async () => {
    await post(`/v1/participants/${p.id}/missing`, body);
    close();
    say(text, { undo });
  };
  const withdraw = async () => {
    await post(`/v1/participants/${p.id}/withdraw`);
    close();
    say(t("plan.withdraw.done", { name: p.name }));
  };
  return html`<p>${p.company} <${Tag} kind=${KINDS[s.is]}>${said(p, s, zoneAt(convention))}<//></p>
    ${active(convention) && s.is !== "gone" && html`
      ${later.length > 0 && html`<div class="row end"><span><label class="over" for="late-until">${t("plan.late.until")}</label>
        <select id="late-until" onChange=${(e) => setUntil(e.target.value)}>${later.map((x) => html`<option value=${String(x.slot)} selected=${String(x.slot) === until}>${slotName(convention, x)}</option>`)}</select></span>
        <${Button} onClick=${missing({ until: Number(until) }, t("plan.late.done", { name: p.name, hour: slotName(convention, convention.slots[until - 1]) }))}>${t("plan.late")}<//></div>`}
      <p class="row"><${Button} onClick=${missing({}, t("plan.missing.done", { name: p.name }))}>${t("plan.missing")}<//>
        ${!leaving && html`<button type="button" class="bad" onClick=${() => setLeaving(true)}>${t("plan.withdraw")}</button>`}</p>
      ${leaving && html`<div class="note bad" role="alert"><p>${t("plan.withdraw.why", { name: p.name, n: p.meetings })}</p><p class="row"><${Button} class="bad" onClick=${withdraw}>${t("plan.withdraw.yes")}<//><button type="button" onClick=${() => setLeaving(false)}>${t("cancel")}</button></p></div>`}
      <p class="hint">${t("plan.follow.why")}</p>`}
    <figure class="qr"><img src=${`/v1/participants/${p.id}/qr`} width="180" height="180" alt=${t("plan.qr.alt", { name: p.name })} /><figcaption>${t("plan.qr")}</figcaption></figure>
    <p><button type="button" onClick=${close}>${t("plan.close")}</button></p>`;
}
