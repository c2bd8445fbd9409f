// SPDX-License-Identifier: EUPL-1.2
// What an organiser does next.
import { html } from "../shared/html.js";
import { t } from "../shared/text.js";
import { pathOf, sum } from "./said.js";

const ARRIVALS = 4 * 3600000; // ms before the first slot: people may arrive

// The first that is so: [whether it is, its sentence, its number, address, tab].
function nextOf(c) {
  const people = sum(c.participants), invited = c.participants.invited ?? 0, accepted = c.requests.accepted ?? 0, asked = c.requests.asked ?? 0;
  const today = Date.parse(c.starts) - ARRIVALS <= Date.now() && Date.parse(c.ends) > Date.now();
  return [
    [c.state === "cancelled", "cancelled", 0],
    [c.state === "over", "over", 0, "/outcomes", "outcomes"],
    [today && c.current, "today", 0, "/day", "day"],
    [!people, "people", 0, "/people", "people"],
    [c.state === "draft", "open", people],
    [c.mode === "acceptance", "acceptance", 0, "/requests", "requests"],
    [!accepted && asked, "asked", asked, "/requests?state=asked", "requests"],
    [!accepted, "requests", 0, "/requests?add=1", "requests"],
    [!c.current && invited, "invited", invited, "/people?state=invited", "people"],
    [!c.current, "plan", accepted, "/plan", "plan"],
    [accepted > c.meetings, "left", accepted - c.meetings, "/plan", "plan"],
    [c.current?.state === "preliminary", "final", 0, "/plan", "plan"],
    [true, "ready", 0, "/print", "print"],
  ].find(([so]) => so);
}

export function Next({ of }) {
  const [, what, n, folder, tab] = nextOf(of);
  return html`<div class="note" role="status">
    <p><strong>${t("conv.next")}</strong> ${t(`conv.next.${what}`, { n })}</p>
    ${folder && html`<p><a class="button" href=${pathOf(of, folder)}>${t(`conv.tab.${tab}`)}</a></p>`}
  </div>`;
}
