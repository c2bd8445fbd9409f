// SPDX-License-Identifier: EUPL-1.2
// All open needs, of every buyer.
import { usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { is } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Empty, More, Page, Read } from "../shared/ui.js";
import { Brief } from "../shared/need.js";

export default function Open() {
  const needs = usePages("/v1/needs?limit=20");
  return html`<${Page} title=${t("open")} lead=${t("open.lead")}>
    ${is("supplier") && html`<p><a href="/app/matches">${t("open.ours")}</a></p>`}
    <${Read} from=${needs}>${() =>
      needs.items.length
        ? html`<ul class="cards">${needs.items.map((n) => html`<${Brief} key=${n.id} need=${n} to=${`/app/open/${n.id}`} />`)}</ul><${More} pages=${needs} />`
        : html`<${Empty} title=${t("open.none")}><p><a href="/app/alerts">${t("open.alert")}</a></p><//>`}<//>
  <//>`;
}
