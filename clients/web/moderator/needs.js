// SPDX-License-Identifier: EUPL-1.2
// Needs that wait for a moderator's yes.
import { html } from "../shared/html.js";
import { Contents } from "../shared/need.js";
import { since, t } from "../shared/text.js";
import { Empty } from "../shared/ui.js";
import { Decision } from "./decisions.js";
import { ModerationPage, Organisation } from "./pages.js";
import { Queue } from "./queue.js";

export default function Needs() {
  return html`<${ModerationPage} title=${t("moderation.needs.title")}>${({ needs }, reload) => needs.length
    ? html`<${Queue} keys=${[["o", t("moderation.read")], ["a", t("moderation.accept")], ["r", t("moderation.refuse")]]}>${needs.map((need, i) => html`<${Waiting} key=${`${need.id} ${need.version}`} need=${need} first=${i === 0} reload=${reload} />`)}<//>`
    : html`<${Empty} title=${t("moderation.needs.none")}><p>${t("moderation.needs.none.why")}</p><//>`}<//>`;
}

// What was read is what is accepted: the version goes along.
const Waiting = ({ need, first, reload }) => html`<li class="card">
  <h2 tabindex="-1">${need.title}</h2>
  <p><${Organisation} o=${need.buyer} /> · <small>${t("moderation.waits", { since: since(need.updated ?? need.created) })}</small></p>
  <details open=${first}><summary aria-keyshortcuts="o">${t("moderation.read")}</summary><${Contents} need=${need} mine /></details>
  <div class="row">
    <${Decision} class="small main" ready aria-keyshortcuts="a" path=${`/v1/moderation/needs/${need.id}`} body=${{ verdict: "yes", version: need.version }} record="verdict" done=${reload}
      text=${t("moderation.accept")} question=${t("moderation.accept.ask", { title: need.title })} why=${t("moderation.accept.why")} said=${t("moderation.accepted", { title: need.title })} />
    <${Decision} class="small bad" aria-keyshortcuts="r" path=${`/v1/moderation/needs/${need.id}`} body=${{ verdict: "no" }} record="verdict" needed done=${reload}
      text=${t("moderation.refuse")} question=${t("moderation.refuse.ask", { title: need.title })} why=${t("moderation.refuse.why")} said=${t("moderation.refused", { title: need.title })} />
  </div>
</li>`;
