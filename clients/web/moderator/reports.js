// SPDX-License-Identifier: EUPL-1.2
// What was reported: looked at, acted upon, closed.
import { html } from "../shared/html.js";
import { Contents } from "../shared/need.js";
import { instant, t, words } from "../shared/text.js";
import { Empty, Tag } from "../shared/ui.js";
import { Decision, Suspension } from "./decisions.js";
import { ModerationPage, Organisation } from "./pages.js";
import { Queue } from "./queue.js";

// Beside the words of who reports, those of the service itself.
const reason = (r) => words("report_reason").find(([one]) => one === r)?.[1] ?? t(`reported.${r}`);

export default function Reports() {
  return html`<${ModerationPage} title=${t("moderation.reports.title")}>${({ reports }, reload) => reports.length
    ? html`<${Queue} keys=${[["o", t("moderation.read")], ["a", t("moderation.close")], ["r", t("moderation.suspend")]]}>${reports.map((r) => html`<${Report} key=${r.id} r=${r} reload=${reload} />`)}<//>`
    : html`<${Empty} title=${t("moderation.reports.none")}><p>${t("moderation.reports.none.why")}</p><//>`}<//>`;
}

const Report = ({ r, reload }) => html`<li class="card">
  <h2 tabindex="-1">${r.need ? r.need.title : r.organisation.name}</h2>
  <p class="row"><${Tag} kind="warn">${reason(r.reason)}<//> <small>${instant(r.at)}</small></p>
  ${r.remark && html`<p>« ${r.remark} »</p>`}
  <p>${t("moderation.about")} <${Organisation} o=${r.organisation} /></p>
  ${r.reporter && html`<p>${t("moderation.by")} <${Organisation} o=${r.reporter} /></p>`}
  ${r.need && html`<details><summary aria-keyshortcuts="o">${t("moderation.read")}</summary><${Contents} need=${r.need} mine /></details>`}
  <div class="row">
    <${Decision} class="small main" aria-keyshortcuts="a" path=${`/v1/moderation/reports/${r.id}`} body=${{}} record="report_verdict" done=${reload}
      text=${t("moderation.close")} question=${t("moderation.close.ask")} said=${t("moderation.closed")} />
    <${Suspension} o=${r.organisation} done=${reload} aria-keyshortcuts="r" />
  </div>
</li>`;
