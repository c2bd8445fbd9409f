// SPDX-License-Identifier: EUPL-1.2
// Why a need fits our offer or does not: a sentence for each condition, and what would have to change.
import { at, useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { cpvText, useNames } from "../shared/codes.js";
import { mayWrite } from "../shared/session.js";
import { day, instant, t, word } from "../shared/text.js";
import { Empty, Read, Tag } from "../shared/ui.js";
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
      <ul class="plain conditions">${pair.conditions.map((one) => html`<${Condition} key=${one.condition} one=${one} pair=${pair} />`)}</ul>
    </section>`;
  })}<//>`;
}

// The service writes days, instants and codes as machines do.
function useReadable(sentence) {
  const codes = sentence.match(/\b\d{8}\b/g) ?? [], name = useNames("cpv", codes);
  return sentence.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, instant).replace(/\b\d{4}-\d\d-\d\d\b/g, day).replace(/\b\d{8}\b/g, (code) => cpvText(code, name(code)));
}

const Condition = ({ one, pair }) => html`<li class=${one.holds ? "holds" : "hinders"}>
  <strong>${t(one.holds ? "fit.holds" : "fit.hinders", { what: word("condition", one.condition) })}</strong> ${useReadable(one.sentence)}
  ${!one.holds && mayWrite() && html`<br /><a href=${cures[one.condition](pair, one.asked)}>${t(`fit.cure.${one.condition}`)}</a>`}
</li>`;
