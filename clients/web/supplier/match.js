// SPDX-License-Identifier: EUPL-1.2
// One need as it is for us: what it asks, why it fits or does not, and our answer. Opening it tells the buyer that it was seen.
import { call, useGet } from "../shared/api.js";
import { html, useCallback, useEffect, useState } from "../shared/html.js";
import { Names } from "../shared/codes.js";
import { useStream } from "../shared/stream.js";
import { list, longDay, range, t, word } from "../shared/text.js";
import { Page, Read, Tag } from "../shared/ui.js";
import { Answer } from "./answer.js";
import { Explanation } from "./explanation.js";
import { AnswerTag, Facts, isOpen, Points, Score } from "./fit.js";
import { soon } from "./stored.js";

// Our match with the need; null when it was never announced to us.
function useMatch(id) {
  const [match, set] = useState(undefined);
  const read = useCallback(() => call("POST", `/v1/needs/${id}/seen`).then(({ data }) => set(data), () => set(null)), [id]);
  useEffect(() => void read(), [id]);
  return [match, set, read];
}

export default function Match({ id }) {
  const need = useGet(`/v1/needs/${id}`);
  const [match, setMatch, readMatch] = useMatch(id);
  const [turn, setTurn] = useState(0); // the explanation is asked for again
  // Of what we declined no notice comes: it is asked for.
  const [changes, setChanges] = useState(0);
  useEffect(() => (changes ? soon(again) : undefined), [changes]);
  const again = () => (need.reload(), readMatch(), setTurn((n) => n + 1));
  useStream("/v1/events", ({ data }) => data?.need?.id === id && again());
  if (!need.data || match === undefined) return html`<${Page} title=${t("fit.need")}><${Read} from=${need}>${() => html`<p role="status" class="soft">${t("waiting")}</p>`}<//><//>`;
  const fits = match?.state === "told";
  return html`<${Page} title=${need.data.title} actions=${html`<a href="/app/matches">${t("fit.back")}</a>`}>
    <p class="row"><${Tag}>${word("need_kind", need.data.kind)}<//>${need.data.state !== "published" && html`<${Tag} kind="warn">${word("need_state", need.data.state)}<//>`}${match && html`<${AnswerTag} match=${match} />`}</p>
    <div class="sides">
      <${Need} need=${need.data} lots=${fits ? match.lots : undefined} />
      <aside aria-label=${t("fit.ours")}>
        ${fits && html`<section class="card"><h2>${t("fit.score.title")}</h2><${Points} score=${match.score} />${match.partial && html`<p><${Tag} kind="warn">${t("fit.partial")}<//></p>`}<${Score} match=${match} /></section>`}
        ${fits ? html`<${Answer} match=${match} open=${isOpen(need.data)} changed=${setMatch} offerChanged=${() => (again(), setChanges((n) => n + 1))} />`
          : html`<section class="card"><h2>${t("fit.not")}</h2><p>${t(match ? "fit.not.anymore" : "fit.not.why")}</p></section>`}
      </aside>
    </div>
    <section aria-labelledby="why"><h2 id="why">${t(fits ? "fit.why.title" : "fit.whynot.title")}</h2>
      <${Explanation} need=${need.data} turn=${turn} /></section>
  <//>`;
}

function Need({ need, lots }) {
  return html`<section class="card" aria-labelledby="asked"><h2 id="asked">${t("fit.asked")}</h2>
    ${need.description && html`<p class="text">${need.description}</p>`}
    <${Facts} need=${need} lots=${lots} />
    <dl class="facts">
      ${need.reference && html`<dt>${t("fit.reference")}</dt><dd>${need.reference}</dd>`}
      ${need.start && html`<dt>${t("fit.start")}</dt><dd>${longDay(need.start)}</dd>`}
      ${need.duration && html`<dt>${t("fit.duration")}</dt><dd>${t("fit.months", { n: need.duration })}</dd>`}
    </dl>
    ${need.lots.map((lot) => html`<${Lot} key=${lot.number} lot=${lot} />`)}
  </section>`;
}

const Lot = ({ lot }) => html`<h3>${t("fit.lot", { n: lot.number, title: lot.title ?? "" })}</h3>
  <dl class="facts">
    <dt>${t("offer.trade")}</dt><dd><${Names} kind="cpv" codes=${lot.cpv} /></dd>
    ${lot.places?.length > 0 && html`<dt>${t("fit.places")}</dt><dd><${Names} kind="places" codes=${lot.places} /></dd>`}
    ${range(lot.value) && html`<dt>${t("offer.amounts")}</dt><dd>${range(lot.value)}</dd>`}
    ${lot.services?.length > 0 && html`<dt>${t("offer.services")}</dt><dd>${list(lot.services.map((s) => word("service", s)))}</dd>`}
    ${lot.reserved?.length > 0 && html`<dt>${t("fit.reserved")}</dt><dd>${list(lot.reserved.map((r) => word("reserved", r)))}</dd>`}
    ${lot.labels?.length > 0 && html`<dt>${t("fit.labels")}</dt><dd>${lot.labels.join(", ")}</dd>`}
    ${lot.criteria?.length > 0 && html`<dt>${t("fit.criteria")}</dt><dd>${lot.criteria.join(", ")}</dd>`}
  </dl>`;
