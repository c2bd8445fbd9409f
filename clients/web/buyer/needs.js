// SPDX-License-Identifier: EUPL-1.2
// The needs of one's organisation, by state.
import { at, usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { is, mayWrite } from "../shared/session.js";
import { useStream } from "../shared/stream.js";
import { t, word, words } from "../shared/text.js";
import { Empty, More, Page, Read } from "../shared/ui.js";
import { Brief } from "../shared/need.js";

const Post = () => mayWrite() && html`<a class="button main" href="/app/needs/new">${t("needs.post")}</a>`;

export default function Needs({ query }) {
  const state = query.get("state") ?? "";
  const needs = usePages(at("/v1/needs", { mine: 1, state, limit: 20 }));
  useStream("/v1/events", ({ kind }) => kind !== "open" && kind !== "answers" && needs.reload());
  if (!is("buyer")) return html`<${Page} title=${t("needs")}><p>${t("needs.buyers")}</p><//>`;
  return html`<${Page} title=${t("needs")} lead=${t("needs.lead")} actions=${html`<${Post} />`}>
    <${Read} from=${needs}>${(data) => html`
      <${States} counts=${data.counts} state=${state} />
      ${needs.items.length
        ? html`<ul class="cards">${needs.items.map((n) => html`<${Brief} key=${n.id} need=${n} mine to=${`/app/needs/${n.id}`} />`)}</ul><${More} pages=${needs} />`
        : state ? html`<${Empty} title=${t("needs.none.state")}><p><a href="/app/needs">${t("needs.all")}</a></p><//>`
        : html`<${Empty} title=${t("needs.none")}><p>${t("needs.none.why")}</p><p><${Post} /></p><//>`}`}<//>
  <//>`;
}

function States({ counts, state }) {
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  if (!all) return null;
  const items = [["", t("needs.all"), all], ...words("need_state").filter(([one]) => counts[one]).map(([one]) => [one, word("need_state", one), counts[one]])];
  return html`<nav class="tabs" aria-label=${t("needs.states")}>
    ${items.map(([one, text, n]) => html`<a href=${at("/app/needs", { state: one })} aria-current=${one === state ? "page" : undefined}>${text} <small>${n}</small></a>`)}
  </nav>`;
}
