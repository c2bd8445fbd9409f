// SPDX-License-Identifier: EUPL-1.2
// One need as it is for us: what it asks, why it fits or does not, and our answer. Opening it tells the buyer that it was seen.
import { call, useGet } from "../shared/api.js";
import { html, useCallback, useEffect, useState } from "../shared/html.js";
import { Contents, State } from "../shared/need.js";
import { useStream } from "../shared/stream.js";
import { t } from "../shared/text.js";
import { Page, Read, Tag } from "../shared/ui.js";
import { Answer } from "./answer.js";
import { Explanation } from "./explanation.js";
import { AnswerTag, isOpen, Points, Score } from "./fit.js";
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
  const offerChanged = () => (again(), setChanges((n) => n + 1));
  useStream("/v1/events", ({ data }) => data?.need?.id === id && again());
  if (!need.data || match === undefined) return html`<${Page} title=${t("fit.need")}><${Read} from=${need}>${() => html`<p role="status" class="soft">${t("waiting")}</p>`}<//><//>`;
  const fits = match?.state === "told";
  return html`<${Page} title=${need.data.title} actions=${html`<a href="/app/matches">${t("fit.back")}</a>`}>
    <p class="row"><${State} state=${need.data.state} />${match && html`<${AnswerTag} match=${match} />`}</p>
    <div class="sides">
      <section aria-labelledby="asked"><h2 id="asked">${t("fit.asked")}</h2><p>${t("fit.from", { buyer: need.data.buyer.name })}</p><${Contents} need=${need.data} /></section>
      <aside class="beside" aria-label=${t("fit.ours")}>
        ${fits && html`<section class="card"><h2>${t("fit.score.title")}</h2><${Points} score=${match.score} />${match.partial && html`<p><${Tag} kind="warn">${t("fit.partial")}<//></p>`}<${Score} match=${match} /></section>`}
        ${fits ? html`<${Answer} match=${match} open=${isOpen(need.data)} changed=${setMatch} offerChanged=${offerChanged} />`
          : html`<section class="card"><h2>${t("fit.not")}</h2><p>${t(match ? "fit.not.anymore" : "fit.not.why")}</p></section>`}
      </aside>
    <section aria-labelledby="why"><h2 id="why">${t(fits ? "fit.why.title" : "fit.whynot.title")}</h2>
      <${Explanation} need=${need.data} turn=${turn} offerChanged=${offerChanged} /></section>
    </div>
  <//>`;
}
