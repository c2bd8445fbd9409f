// SPDX-License-Identifier: EUPL-1.2
// Why a need fits our offer or does not: a sentence for each condition, and what would have to change.
import { at, useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Empty, Read, Tag } from "../shared/ui.js";
import { Conditions } from "../shared/why.js";
import { useTitles } from "./capability.js";

// Where what hinders is changed. asked: what the lot asks.
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

export function Explanation({ need, turn }) {
  const explained = useGet(`/v1/needs/${need.id}/explain`), offer = useGet("/v1/offer");
  useEffect(() => {
    if (turn) explained.reload();
  }, [turn]);
  const title = useTitles(offer.data?.capabilities ?? []);
  if (offer.problem?.status === 404)
    return html`<${Empty} title=${t("fit.no.offer")}><p><a class="button" href="/app/offer">${t("fit.no.offer.make")}</a></p><//>`;
  return html`<${Read} from=${explained}>${({ pairs }) => pairs.map((pair) => {
    const lot = need.lots.find((one) => one.number === pair.lot), mine = offer.data?.capabilities[pair.capability - 1];
    return html`<section class="card" key=${pair.lot}>
      <h3>${t("fit.lot", { n: pair.lot, title: lot?.title ?? "" })} <${Tag} kind=${pair.matches ? "good" : "warn"}>${t(pair.matches ? "fit.pair.yes" : "fit.pair.no")}<//></h3>
      ${mine && html`<p class="soft">${t("fit.closest", { n: pair.capability, title: title(mine) })}</p>`}
      <${Conditions} conditions=${pair.conditions} cure=${mayWrite() && (({ condition, asked }) => html`<a href=${cures[condition](pair, asked)}>${t(`fit.cure.${condition}`)}</a>`)} />
    </section>`;
  })}<//>`;
}
