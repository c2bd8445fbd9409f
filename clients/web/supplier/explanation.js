// SPDX-License-Identifier: EUPL-1.2
// Why a need fits our offer or does not: a sentence for each condition, and the change of the offer that would make it fit.
import { at, useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { list, t } from "../shared/text.js";
import { Button, Read, Tag } from "../shared/ui.js";
import { Conditions } from "../shared/why.js";
import { adapt } from "./adapt.js";
import { useTitles } from "./capability.js";
import { Changes } from "./proposal.js";
import { NoOffer, unconfirmed } from "./standing.js";
import { replace } from "./stored.js";

// Where what hinders is changed by hand. asked: what the lot asks.
const cures = {
  cpv: (pair, asked) => at("/app/offer", { add: asked?.split(/[ ,]+/)[0] }),
  place: (pair) => at("/app/offer", { capability: pair.capability }),
  service: (pair) => at("/app/offer", { capability: pair.capability }),
  value: (pair) => at("/app/offer", { capability: pair.capability }),
  exclusions: (pair) => at("/app/offer", { capability: pair.capability }),
  reserved: () => "/app/organisation",
  labels: () => "/app/offer",
  availability: () => "/app/offer",
};

// The kinds of structure that nobody has confirmed yet may be all that is missing.
const hint = (condition) => (condition === "reserved" && unconfirmed().length ? t("fit.cure.declared", { list: list(unconfirmed()) }) : t(`fit.cure.${condition}`));

// offerChanged: told that the offer is another, as it is stored now.
export function Explanation({ need, turn, offerChanged }) {
  const explained = useGet(`/v1/needs/${need.id}/explain`), offer = useGet("/v1/offer");
  useEffect(() => {
    if (turn) explained.reload(), offer.reload();
  }, [turn]);
  const title = useTitles(offer.data?.capabilities ?? []);
  if (offer.problem?.status === 404) return html`<${NoOffer} />`;
  return html`<${Read} from=${explained}>${({ pairs }) => pairs.map((pair) => {
    const lot = need.lots.find((one) => one.number === pair.lot), mine = offer.data?.capabilities[pair.capability - 1];
    const change = mine && lot && mayWrite() && !pair.matches && adapt(offer.data, need, lot, pair);
    return html`<section class="card" key=${pair.lot}>
      <h3>${t("fit.lot", { n: pair.lot, title: lot?.title ?? "" })} <${Tag} kind=${pair.matches ? "good" : "warn"}>${t(pair.matches ? "fit.pair.yes" : "fit.pair.no")}<//></h3>
      ${mine && html`<p class="soft">${t("fit.closest", { n: pair.capability, title: title(mine) })}</p>`}
      <${Conditions} conditions=${pair.conditions} cure=${mayWrite() && !change && (({ condition, asked }) => html`<a href=${cures[condition](pair, asked)}>${hint(condition)}</a>`)} />
      ${change && html`<${Adapt} change=${change} by=${cures[change.added ? "cpv" : "place"](pair, lot.cpv[0])} apply=${() => replace(offer.data, change.offer, t("fit.proposal.done"), (stored) => (offer.put(stored), offerChanged()))} />`}
    </section>`;
  })}<//>`;
}

const Adapt = ({ change, by, apply }) => html`<div class="note">
  <p><strong>${t(change.claims ? "fit.adapt.labels" : "fit.adapt")}</strong></p>
  <${Changes} changes=${change.changes} />
  <div class="row"><${Button} class="main" onClick=${apply}>${t("fit.adapt.apply")}<//><a href=${by}>${t("fit.adapt.by.hand")}</a></div>
</div>`;
