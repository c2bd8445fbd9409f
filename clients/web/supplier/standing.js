// SPDX-License-Identifier: EUPL-1.2
// Why the list of needs may be shorter than it could be: the offer rests, or a kind of structure is not confirmed yet.
import { html } from "../shared/html.js";
import { mayWrite, session } from "../shared/session.js";
import { list, longDay, t, word, words } from "../shared/text.js";
import { Empty } from "../shared/ui.js";
import { rests } from "./stored.js";

// Kinds of structure that the organisation says it is, and nobody has confirmed.
export function unconfirmed() {
  const { declared = [] } = session.get().organisation;
  return words("structure").filter(([kind]) => declared.includes(kind)).map(([kind]) => word("structure", kind));
}

const Note = ({ text, to, go }) => html`<div class="note warn"><p>${text}${to && html` <a href=${to}>${go}</a>`}</p></div>`;

export function Standing({ offer }) {
  const kinds = unconfirmed();
  return html`${!offer.active ? html`<${Note} text=${t("standing.inactive")} to="/app/offer" go=${t("standing.offer")} />`
    : rests(offer) && html`<${Note} text=${t("standing.full", { day: longDay(offer.full_until) })} to="/app/alerts" go=${t("standing.resume")} />`}
    ${kinds.length > 0 && html`<${Note} text=${t("standing.unconfirmed", { list: list(kinds) })} to="/app/organisation" go=${t("standing.organisation")} />`}`;
}

export const NoOffer = () => html`<${Empty} title=${t("fit.no.offer")}><p>${t(mayWrite() ? "standing.no.offer" : "offer.none.reader")}</p>
  ${mayWrite() && html`<p><a class="button main" href="/app/offer">${t("fit.no.offer.make")}</a></p>`}
<//>`;
