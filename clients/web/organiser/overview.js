// SPDX-License-Identifier: EUPL-1.2
// A convention at a glance: what to do next, numbers, what it needs.
import { html } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { instant, longDay, t, word } from "../shared/text.js";
import { Tag } from "../shared/ui.js";
import { Advice } from "./advice.js";
import { Frame, isOpen, isOurs } from "./frame.js";
import { Moves } from "./moves.js";
import { Next } from "./next.js";
import { pathOf, sum, zoneAt } from "./said.js";
import { Hours } from "./sessions.js";

const moves = (convention, reload) => isOurs(convention) && mayWrite() && html`<${Moves} of=${convention} reload=${reload} />`;

export default ({ id }) => html`<${Frame} id=${id} actions=${moves}>
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
  const zone = zoneAt(of);
  return html`<h2>${t("conv.about")}</h2>
    <dl class="facts">
      <dt>${t("conv.day")}</dt><dd>${longDay(of.starts, zone)}${longDay(of.ends, zone) === longDay(of.starts, zone) ? "" : ` – ${longDay(of.ends, zone)}`}</dd>
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

// ---- Numbers

function Numbers({ of }) {
  const states = (what, list, names) => names.map((state) => [of[what][state], word(list, state), `/${what === "participants" ? "people" : "requests"}?state=${state}`]);
  const waiting = Math.max(0, (of.requests.accepted ?? 0) - of.meetings);
  return html`<section aria-labelledby="numbers">
    <h2 id="numbers" style=${{ marginTop: 0 }}>${t("conv.numbers")}</h2>
    <ul class="cards">
      <${Count} of=${of} n=${sum(of.participants)} what="people" parts=${states("participants", "participant_state", ["coming", "listed", "invited", "declined", "withdrawn"])} />
      <${Count} of=${of} n=${sum(of.requests)} what="requests" parts=${states("requests", "request_state", ["accepted", "asked", "declined", "withdrawn"])} />
      <${Count} of=${of} n=${of.meetings} what="plan" parts=${[[waiting, t("conv.waiting"), "/requests?state=waiting"]]}>
        ${of.current && html`<p class="soft">${t("conv.version", { n: of.current.number })} · ${word("timetable_state", of.current.state)}, ${instant(of.current.published)}</p>`}
        ${of.repair && html`<p><${Tag} kind="warn">${t("conv.repairing")}<//></p>`}
      <//>
    </ul>
  </section>`;
}

// what: the tab where they are. parts: [[number, text, address], ...].
const Count = ({ of, n, what, parts, children }) => html`<li class="card">
  <h3><a href=${pathOf(of, `/${what}`)}>${t(`conv.count.${what}`)}</a></h3>
  <p class="big">${n}</p>
  <ul class="plain">${parts.filter(([count]) => count).map(([count, text, folder]) => html`<li key=${folder}><a href=${pathOf(of, folder)}>${count} · ${text}</a></li>`)}</ul>
  ${children}
</li>`;
