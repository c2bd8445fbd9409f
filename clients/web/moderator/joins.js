// SPDX-License-Identifier: EUPL-1.2
// Who asks to join an organisation; its owners answer first, where it has any.
import { post } from "../shared/api.js";
import { html } from "../shared/html.js";
import { AskedForm, Select } from "../shared/form.js";
import { day, t, word } from "../shared/text.js";
import { Asked, Empty, say } from "../shared/ui.js";
import { ModerationPage, Organisation } from "./pages.js";
import { Queue } from "./queue.js";

export default function Joins() {
  return html`<${ModerationPage} title=${t("moderation.joins.title")} lead=${t("moderation.joins.why")}>${({ members }, reload) => members.length
    ? html`<${Queue} keys=${[["a", t("moderation.join")], ["r", t("moderation.unjoin")]]}>${members.map((m) => html`<${Join} key=${m.id} m=${m} reload=${reload} />`)}<//>`
    : html`<${Empty} title=${t("moderation.joins.none")}><p>${t("moderation.joins.none.why")}</p><//>`}<//>`;
}

function Join({ m, reload }) {
  const what = { person: m.person.name, name: m.organisation.name };
  const answer = async ({ role }) => {
    try {
      await post(`/v1/moderation/members/${m.id}`, role ? { role } : {});
      say(role ? t("moderation.joined", { ...what, role: word("role", role) }) : t("moderation.unjoined", what));
    } finally {
      reload();
    }
  };
  return html`<li class="card">
    <h2 tabindex="-1">${m.person.name}</h2>
    <p>${m.person.email} · ${t("moderation.since", { day: day(m.since) })}</p>
    <p><${Organisation} o=${m.organisation} /></p>
    <div class="row">
      <${AskedForm} class="small main" aria-keyshortcuts="a" text=${t("moderation.join")} question=${t("moderation.join.ask", what)} initial=${{ role: "owner" }} act=${answer}>
        ${(bind) => html`<${Select} ...${bind("/role")} record="member_verdict" label=${t("moderation.role")} list="role" needed />`}
      <//>
      <${Asked} class="small bad" aria-keyshortcuts="r" text=${t("moderation.unjoin")} question=${t("moderation.unjoin.ask", what)} act=${() => answer({})}><p>${t("moderation.unjoin.why")}</p><//>
    </div>
  </li>`;
}
