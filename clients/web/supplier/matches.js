// SPDX-License-Identifier: EUPL-1.2
// The needs that fit us, best first: a new one appears by itself.
import { at, useGet, usePages } from "../shared/api.js";
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { State } from "../shared/need.js";
import { useStream } from "../shared/stream.js";
import { range, t, word } from "../shared/text.js";
import { Empty, More, Page, Read, Tag } from "../shared/ui.js";
import { useTitles } from "./capability.js";
import { AnswerTag, Facts, Points, Score, reasons } from "./fit.js";
import { NoOffer, Standing } from "./standing.js";

// What awaits an answer comes first.
const FILTERS = [["", { answer: "none" }], ["interested", { answer: "interested" }], ["declined", { answer: "declined" }], ["all", {}], ["over", { state: "over" }]];
const FOLLOWED = ["match", "amended", "withdrawn", "closing", "closed", "awarded", "cancelled", "reset"];

export default function Matches({ query }) {
  const chosen = query.get("show") ?? "", [, filter] = FILTERS.find(([name]) => name === chosen) ?? FILTERS[0];
  const offer = useGet("/v1/offer"), needs = usePages(at("/v1/offer/needs", filter));
  const fresh = useFresh(needs), title = useTitles(offer.data?.capabilities ?? []);
  if (offer.problem?.status === 404) return html`<${Page} title=${t("fit.title")}><${NoOffer} /><//>`;
  return html`<${Page} title=${t("fit.title")} lead=${t("fit.lead")} actions=${html`<a class="button" href="/app/deadlines">${t("fit.view.deadlines")}</a>`}>
    ${offer.data && html`<${Standing} offer=${offer.data} />`}
    <nav class="tabs" aria-label=${t("fit.filter")}>
      ${FILTERS.map(([name]) => html`<a href=${at("/app/matches", { show: name })} aria-current=${name === chosen ? "page" : undefined}>${t(`fit.show.${name || "none"}`)}</a>`)}
    </nav>
    <p class="hidden" role="status">${fresh.said}</p>
    <${Read} from=${needs}>${() => needs.items.length
      ? html`<p class="soft">${t("fit.count", { n: needs.total })}</p>
        <ul class="plain">${needs.items.map((match) => html`<${Card} key=${match.need.id} match=${match} offer=${offer.data} title=${title} fresh=${fresh.ids.has(match.need.id)} />`)}</ul><${More} pages=${needs} />`
      : html`<${Nothing} chosen=${chosen} />`}<//>
  <//>`;
}

const GATHER = 400; // ms: what comes at once is read, and said, once

// What has come since the page is open: it is marked, and said.
function useFresh(needs) {
  const [ids, setIds] = useState(new Set()), [said, say] = useState("");
  const known = useRef(new Set()), came = useRef(new Map()), timer = useRef(0);
  known.current = new Set(needs.items.map((match) => match.need.id));
  const tell = () => {
    const titles = [...came.current.values()];
    timer.current = 0;
    if (titles.length) {
      setIds((old) => new Set([...old, ...came.current.keys()]));
      say(titles.length > 1 ? t("fit.came.many", { n: titles.length }) : t("fit.came", { title: titles[0] }));
      came.current.clear();
    }
    needs.reload();
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useStream("/v1/events", ({ kind, data }) => {
    if (!FOLLOWED.includes(kind)) return;
    if (kind === "match" && !data.alert && !known.current.has(data.need.id)) came.current.set(data.need.id, data.need.title);
    timer.current ||= setTimeout(tell, GATHER);
  });
  return { ids, said };
}

// The names of our capabilities that the lots ask for, and for how much.
const asked = (match, offer, title) => [...new Set(match.lots.map((lot) => offer?.capabilities[lot.capability - 1]).filter(Boolean).map(title))].join(", ");
const worth = (match) => match.lots.map((lot) => range(lot.value)).filter(Boolean).join(" ; ");

const Card = ({ match, offer, title, fresh }) => html`<li class=${`card ${fresh ? "new" : ""}`}>
  <div class="row spread">
    <h2><a href=${`/app/matches/${match.need.id}`}>${match.need.title}</a></h2>
    <${Points} score=${match.score} />
  </div>
  <p class="row">${match.need.state !== "published" && html`<${State} state=${match.need.state} /> `}<span class="soft">${match.need.buyer.name} · ${word("need_kind", match.need.kind)}</span>
    <${AnswerTag} match=${match} />${match.partial && html`<${Tag} kind="warn">${t("fit.partial")}<//>`}</p>
  <${Facts} need=${match.need} what=${asked(match, offer, title)} value=${worth(match)} />
  <details><summary>${t("fit.why", { why: reasons(match) })}</summary><${Score} match=${match} /></details>
</li>`;

const Nothing = ({ chosen }) => html`<${Empty} title=${t(chosen ? "fit.none.filter" : "fit.none")}>
  ${chosen ? html`<p><a href="/app/matches">${t("fit.show.none")}</a></p>`
    : html`<p>${t("fit.none.why")}</p><p><a class="button" href="/app/offer">${t("fit.none.offer")}</a> <a class="button" href="/app/open">${t("fit.none.open")}</a></p>`}
<//>`;
