// SPDX-License-Identifier: EUPL-1.2
// Needs that wait for a moderator's yes.
import { html } from "../shared/html.js";
import { Contents } from "../shared/need.js";
import { since, t } from "../shared/text.js";
import { Empty } from "../shared/ui.js";
import { Decision } from "./decisions.js";
import { ModerationPage, Organisation } from "./pages.js";

export default function Needs() {
  return html`<${ModerationPage} title=${t("moderation.needs.title")}>${({ needs }, reload) => needs.length
    ? html`<ul class="plain">${needs.map((need) => html`<${Waiting} key=${`${need.id} ${need.version}`} need=${need} reload=${reload} />`)}</ul>`
    : html`<${Empty} title=${t("moderation.needs.none")}><p>${t("moderation.needs.none.why")}</p><//>`}<//>`;
}

// What was read is what is accepted: the version goes along.
const Waiting = ({ need, reload }) => html`<li class="card">
  <h2>${need.title}</h2>
  <p><${Organisation} o=${need.buyer} /> · <small>${t("moderation.waits", { since: since(need.updated ?? need.created) })}</small></p>
  <details><summary>${t("moderation.read")}</summary><${Contents} need=${need} mine /></details>
  <div class="row">
    <${Decision} class="small main" path=${`/v1/moderation/needs/${need.id}`} body=${{ verdict: "yes", version: need.version }} record="verdict" done=${reload}
      text=${t("moderation.accept")} question=${t("moderation.accept.ask", { title: need.title })} why=${t("moderation.accept.why")} said=${t("moderation.accepted", { title: need.title })} />
    <${Decision} class="small bad" path=${`/v1/moderation/needs/${need.id}`} body=${{ verdict: "no" }} record="verdict" needed done=${reload}
      text=${t("moderation.refuse")} question=${t("moderation.refuse.ask", { title: need.title })} why=${t("moderation.refuse.why")} said=${t("moderation.refused", { title: need.title })} />
  </div>
</li>`;
