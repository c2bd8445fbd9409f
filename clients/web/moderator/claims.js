// SPDX-License-Identifier: EUPL-1.2
// What organisations declare of themselves, to be confirmed with its source.
import { html } from "../shared/html.js";
import { t, word } from "../shared/text.js";
import { Empty, Tag } from "../shared/ui.js";
import { Decision } from "./decisions.js";
import { ModerationPage, Organisation, claimed } from "./pages.js";
import { Queue } from "./queue.js";

export default function Claims() {
  return html`<${ModerationPage} title=${t("moderation.claims.title")} lead=${t("moderation.claims.why")}>${({ claims }, reload) => claims.length
    ? html`<${Queue} keys=${[["a", t("moderation.confirm")], ["r", t("moderation.deny")]]}>${claims.map((c) => html`<${Claim} key=${`${c.organisation.id} ${c.claim}`} c=${c} reload=${reload} />`)}<//>`
    : html`<${Empty} title=${t("moderation.claims.none")}><p>${t("moderation.claims.none.why")}</p><//>`}<//>`;
}

function Claim({ c: { organisation: o, claim }, reload }) {
  const path = `/v1/moderation/claims/${o.id}`, what = { claim: claimed(claim), name: o.name };
  return html`<li class="card">
    <h2 tabindex="-1">${claimed(claim)}</h2>
    <p><${Organisation} o=${o} /></p>
    ${o.structures.length > 0 && html`<p class="row">${o.structures.map((s) => html`<${Tag} kind="good">${word("structure", s)}<//>`)}</p>`}
    <div class="row">
      <${Decision} class="small main" aria-keyshortcuts="a" path=${path} body=${{ claim, verdict: "yes" }} record="claim_verdict" done=${reload}
        text=${t("moderation.confirm")} question=${t("moderation.confirm.ask", what)} why=${t("moderation.confirm.why")} said=${t("moderation.confirmed", what)} />
      <${Decision} class="small bad" aria-keyshortcuts="r" path=${path} body=${{ claim, verdict: "no" }} record="claim_verdict" done=${reload}
        text=${t("moderation.deny")} question=${t("moderation.deny.ask", what)} why=${t("moderation.deny.why")} said=${t("moderation.denied", what)} />
    </div>
  </li>`;
}
