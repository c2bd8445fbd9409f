// SPDX-License-Identifier: EUPL-1.2
// What is said of a need that fits us: its score line by line, its places, how long it is open, what we answered.
import { html } from "../shared/html.js";
import { Names } from "../shared/names.js";
import { instant, range, since, t, word } from "../shared/text.js";
import { Tag } from "../shared/ui.js";
import { Lines } from "../shared/why.js";

const ANSWERS = { interested: "good", declined: "" };
export const AnswerTag = ({ match }) =>
  match.answer ? html`<${Tag} kind=${ANSWERS[match.answer]}>${t(`fit.${match.answer}`)}<//>` : !match.seen && html`<${Tag} kind="brand">${t("fit.new")}<//>`;

export const isOpen = (need) => ["published", "amended"].includes(need.state) && !(need.deadline && new Date(need.deadline) < Date.now());

const Deadline = ({ need }) => isOpen(need) ? html`${instant(need.deadline)} <span class="soft">(${since(need.deadline)})</span>` : instant(need.deadline);

// The lines of each lot: what they add up to is its score.
export const Score = ({ match }) => match.lots.map((lot) => html`<div key=${lot.lot}>
  ${match.lots.length > 1 || lot.title ? html`<p><strong>${t("fit.lot", { n: lot.lot, title: lot.title ?? "" })}</strong> ${range(lot.value) && html`<span class="soft">${range(lot.value)}</span>`}</p>` : null}
  <${Lines} lines=${lot.lines} />
</div>`);

// What speaks for the best lot, in words: "Même code CPV, à moins de 10 km".
export function reasons({ lots }) {
  const [best] = [...lots].sort((a, b) => b.score - a.score), low = (text) => text[0].toLowerCase() + text.slice(1);
  return (best?.lines ?? []).filter((one) => one.points > 0 && one.code !== "value_unknown").map((one, i) => (i ? low : String)(word("score", one.code))).join(", ");
}

// In two lines. what, value: of the match.
export const Facts = ({ need, what, value }) => html`
  <p>${what && html`${what} · `}${need.places?.length ? html`<${Names} kind="places" codes=${need.places} />` : t("fit.places.none")}${value && ` · ${value}`}</p>
  <p class="soft">${need.deadline ? html`${t("fit.deadline")} <${Deadline} need=${need} />` : t("fit.deadline.none")}</p>`;

export const Points = ({ score }) => html`<p class="big" aria-label=${t("fit.score", { score })}>${score}<small>/100</small></p>`;
