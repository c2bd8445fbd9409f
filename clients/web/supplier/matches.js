// SPDX-License-Identifier: EUPL-1.2
// The needs that fit us, best first: a new one appears by itself.
import { at, usePages } from "../shared/api.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { State } from "../shared/need.js";
import { useStream } from "../shared/stream.js";
import { t, word } from "../shared/text.js";
import { Empty, More, Page, Read, Tag } from "../shared/ui.js";
import { AnswerTag, Facts, Points, Score } from "./fit.js";

const FILTERS = [["", {}], ["none", { answer: "none" }], ["interested", { answer: "interested" }], ["declined", { answer: "declined" }], ["over", { state: "over" }]];
const FOLLOWED = ["match", "amended", "withdrawn", "closing", "closed", "awarded", "cancelled", "reset"];

export default function Matches({ query }) {
  const chosen = query.get("show") ?? "", [, filter] = FILTERS.find(([name]) => name === chosen) ?? FILTERS[0];
  const needs = usePages(at("/v1/offer/needs", filter));
  const fresh = useFresh(needs);
  return html`<${Page} title=${t("fit.title")} lead=${t("fit.lead")} actions=${html`<a class="button" href="/app/deadlines">${t("fit.view.deadlines")}</a>`}>
    <nav class="tabs" aria-label=${t("fit.filter")}>
      ${FILTERS.map(([name]) => html`<a href=${at("/app/matches", { show: name })} aria-current=${name === chosen ? "page" : undefined}>${t(`fit.show.${name || "all"}`)}</a>`)}
    </nav>
    <p class="hidden" role="status">${fresh.said}</p>
    <${Read} from=${needs}>${() => needs.items.length
      ? html`<p class="soft">${t("fit.count", { n: needs.total })}</p>
        <ul class="plain">${needs.items.map((match) => html`<${Card} key=${match.need.id} match=${match} fresh=${fresh.ids.has(match.need.id)} />`)}</ul><${More} pages=${needs} />`
      : html`<${Nothing} chosen=${chosen} />`}<//>
  <//>`;
}

// What has come since the page is open: it is marked, and said once.
function useFresh(needs) {
  const [ids, setIds] = useState(new Set()), [said, say] = useState("");
  const known = useRef(new Set());
  known.current = new Set(needs.items.map((match) => match.need.id));
  useStream("/v1/events", ({ kind, data }) => {
    if (!FOLLOWED.includes(kind)) return;
    if (kind === "match" && !data.alert && !known.current.has(data.need.id)) {
      setIds((old) => new Set([...old, data.need.id]));
      say(t("fit.came", { title: data.need.title }));
    }
    needs.reload();
  });
  return { ids, said };
}

const Card = ({ match, fresh }) => html`<li class=${`card ${fresh ? "new" : ""}`}>
  <div class="row spread">
    <h2><a href=${`/app/matches/${match.need.id}`}>${match.need.title}</a></h2>
    <${Points} score=${match.score} />
  </div>
  <p class="row"><${State} state=${match.need.state} /> <span class="soft">${word("need_kind", match.need.kind)}</span>
    <${AnswerTag} match=${match} />${match.partial && html`<${Tag} kind="warn">${t("fit.partial")}<//>`}</p>
  <${Facts} need=${match.need} lots=${match.lots} />
  <details><summary>${t("fit.why")}</summary><${Score} match=${match} /></details>
</li>`;

const Nothing = ({ chosen }) => html`<${Empty} title=${t(chosen ? "fit.none.filter" : "fit.none")}>
  ${chosen ? html`<p><a href="/app/matches">${t("fit.show.all")}</a></p>`
    : html`<p>${t("fit.none.why")}</p><p class="row centre"><a class="button" href="/app/offer">${t("fit.none.offer")}</a> <a class="button" href="/app/open">${t("fit.none.open")}</a></p>`}
<//>`;
