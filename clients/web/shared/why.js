// SPDX-License-Identifier: EUPL-1.2
// Why a need and an offer fit or do not: the lines of a score, and the conditions in sentences.
import { html } from "./html.js";
import { cpvText, useNames } from "./names.js";
import { day, instant, number, t, word } from "./text.js";

export const Lines = ({ lines = [] }) => html`<ul class="plain lines">
  ${lines.map((line) => html`<li><strong>${number(line.points, { signDisplay: "always" })}</strong> ${word("score", line.code)}</li>`)}
</ul>`;

// What hinders, else what is asked for first: trade and place. The rest is there to be unfolded.
// cure, where there is one: a function of a condition that does not hold, what could be done about it.
export function Conditions({ conditions, cure }) {
  const hinder = conditions.filter((one) => !one.holds), first = hinder.length ? hinder : conditions.slice(0, 2), rest = conditions.filter((one) => !first.includes(one));
  const items = (some) => html`<ul class="plain conditions">${some.map((one) => html`<${Condition} key=${one.condition} one=${one} cure=${cure} />`)}</ul>`;
  return html`${items(first)}<details><summary>${t("why.rest", { n: rest.length })}</summary>${items(rest)}</details>`;
}

const Condition = ({ one, cure }) => html`<li class=${one.holds ? "holds" : "hinders"}>
  <strong><span aria-hidden="true">${one.holds ? "✓" : "✗"}</span> <span class="hidden">${t(one.holds ? "why.holds" : "why.holds.not")}</span> ${word("condition", one.condition)}</strong>${t("colon")}<${Sentence} text=${one.sentence} />
  ${!one.holds && cure && html`<br />${cure(one)}`}
</li>`;

// The service writes days, instants and codes as machines do.
function Sentence({ text }) {
  const name = useNames("cpv", text.match(/\b\d{8}\b/g) ?? []);
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (said) => instant(said)).replace(/\b\d{4}-\d\d-\d\d\b/g, (said) => day(said)).replace(/\b\d{8}\b/g, (code) => cpvText(code, name(code)));
}
