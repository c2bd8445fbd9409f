// SPDX-License-Identifier: EUPL-1.2
// What is said of a need that fits us: its score line by line, its places, how long it is open, what we answered.
import { html } from "../shared/html.js";
import { Names } from "../shared/codes.js";
import { instant, range, since, t, word } from "../shared/text.js";
import { Tag } from "../shared/ui.js";
import { Lines } from "../shared/why.js";

const ANSWERS = { interested: "good", declined: "" };
export const AnswerTag = ({ match }) =>
  match.answer ? html`<${Tag} kind=${ANSWERS[match.answer]}>${t(`fit.${match.answer}`)}<//>` : !match.seen && html`<${Tag} kind="brand">${t("fit.new")}<//>`;

export const isOpen = (need) => ["published", "amended"].includes(need.state) && !(need.deadline && new Date(need.deadline) < Date.now());

export const Deadline = ({ need }) => !need.deadline ? t("fit.deadline.none")
  : isOpen(need) ? html`${instant(need.deadline)} <span class="soft">(${since(need.deadline)})</span>` : instant(need.deadline);

// The lines of each lot: what they add up to is its score.
export const Score = ({ match }) => match.lots.map((lot) => html`<div key=${lot.lot}>
  ${match.lots.length > 1 || lot.title ? html`<p><strong>${t("fit.lot", { n: lot.lot, title: lot.title ?? "" })}</strong> ${range(lot.value) && html`<span class="soft">${range(lot.value)}</span>`}</p>` : null}
  <${Lines} lines=${lot.lines} />
</div>`);

// How near it is, as the score of the best lot says: "à moins de 10 km".
function near(lots) {
  const line = lots?.flatMap((lot) => lot.lines ?? []).filter((one) => one.code.startsWith("place_") && one.points > 0).sort((a, b) => b.points - a.points)[0];
  return line && html` <span class="soft">(${word("score", line.code).toLowerCase()})</span>`;
}

// lots: of a match.
export const Facts = ({ need, lots }) => html`<dl class="facts">
  <dt>${t("fit.buyer")}</dt><dd>${need.buyer.name}</dd>
  <dt>${t("fit.places")}</dt><dd>${need.places?.length ? html`<${Names} kind="places" codes=${need.places} />` : t("fit.places.none")}${near(lots)}</dd>
  <dt>${t("fit.deadline")}</dt><dd><${Deadline} need=${need} /></dd>
</dl>`;

export const Points = ({ score }) => html`<p class="big" aria-label=${t("fit.score", { score })}>${score}<small>/100</small></p>`;
