// SPDX-License-Identifier: EUPL-1.2
// People out of what a need has found: its buyer and the suppliers, invited with a request for each pair.
import { at, get, post } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Chips, Combo, Form, Numeric, Radios, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { is } from "../shared/session.js";
import { t } from "../shared/text.js";

const FOUND = 12;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

// Needs that can be seen: one's own, and the open ones of everybody.
async function findNeeds(q) {
  const lists = await Promise.all((is("buyer") ? [1, ""] : [""]).map((mine) => get(at("/v1/needs", { mine, q, limit: FOUND }))));
  const found = new Map(lists.flatMap(({ items }) => items).filter((need) => need.state !== "draft").map((need) => [need.id, need]));
  return [...found.values()].slice(0, FOUND);
}

export function FromNeed({ of, done }) {
  const [record, bind, set] = useRecord({ most: 50 });
  const [need, setNeed] = useState(null), [result, setResult] = useState(null);
  const option = (n) => ({ id: n.id, text: n.title, hint: n.buyer?.name, need: n });
  const search = async (q) => {
    const id = UUID.exec(q)?.[0];
    if (id) return [option(await get(`/v1/needs/${id}`))];
    return (await findNeeds(q)).map(option);
  };
  const choose = (one) => (setNeed(one), bind("/need").on(one?.id), setResult(null));
  const submit = async () => {
    setResult(null);
    setResult(await post(`/v1/conventions/${of.id}/invitations`, record));
    done();
  };
  return html`<${Form} submit=${submit} label=${t("conv.add.need")}>
    <p>${t("conv.need.why")}</p>
    <${Combo} path="/need" label=${t("conv.need")} hint=${t("conv.need.hint")} needed search=${search} pick=${(o) => choose(o.need)}>
      <${Chips} items=${need ? [[need.id, need.title]] : []} drop=${() => choose(null)} />
    <//>
    <${Radios} ...${bind("/answer")} on=${(answer) => bind("/answer").on(answer || undefined)} value=${record.answer ?? ""} label=${t("conv.need.answer")} needed
      options=${["", "seen", "interested"].map((answer) => [answer, t(`conv.need.${answer || "all"}`)])} />
    <div class="columns">
      <${Numeric} ...${bind("/least_score")} record="need_guests" max=${100} />
      <${Numeric} ...${bind("/most")} record="need_guests" label=${t("conv.need.most")} min=${1} />
    </div>
    <${Privacy} of="conv.privacy" />
    <button class="main">${t("conv.need.invite")}</button>
    <div role="status">${result && html`<${Result} of=${of} r=${result} />`}</div>
  <//>`;
}

const Result = ({ of, r }) => html`<div class=${`note ${r.found ? "good" : "warn"}`}>
  <p>${[
    t("conv.need.found", { n: r.found }),
    t("conv.need.invited", { n: r.invited }),
    t("conv.need.requests", { n: r.requests }),
    r.unreachable && t("conv.need.unreachable", { n: r.unreachable }),
  ].filter(Boolean).join(" ")}</p>
  ${r.found === 0 && html`<p>${t("conv.need.none")}</p>`}
  ${r.requests > 0 && html`<p><a href=${`/app/conventions/${of.id}/requests`}>${t("conv.requests.back")}</a></p>`}
</div>`;
