// SPDX-License-Identifier: EUPL-1.2
// The log of sensitive changes: who did what, when.
import { useGet, usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { mayAdminister } from "../shared/session.js";
import { instant, t, word, words } from "../shared/text.js";
import { More, Read } from "../shared/ui.js";
import { OrganisationPage } from "./pages.js";

export default function Log() {
  return html`<${OrganisationPage} title=${t("log")}>
    ${mayAdminister() ? html`<p>${t("log.why")}</p><${Own} />` : html`<p>${t("organisation.owners")}</p>`}
  <//>`;
}

function Own() {
  const entries = usePages("/v1/organisation/audit");
  const members = useGet("/v1/organisation/members");
  const names = new Map((members.data?.items ?? []).map((m) => [m.person, m.name]));
  return html`<${Read} from=${entries}>${() => html`<${Entries} items=${entries.items} name=${(id) => names.get(id)} /><${More} pages=${entries} />`}<//>`;
}

// name: a function of a person's id; undefined for one that is not known here.
export const Entries = ({ items, name, organisation }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${t("log")}><table>
  <caption class="hidden">${t("log")}</caption>
  <thead><tr><th scope="col">${t("log.at")}</th><th scope="col">${t("log.what")}</th><th scope="col">${t("log.who")}</th>${organisation && html`<th scope="col">${t("organisation")}</th>`}</tr></thead>
  <tbody>${items.map((e) => html`<tr key=${e.seq}>
    <td style=${{ whiteSpace: "nowrap" }}>${instant(e.at)}</td>
    <td>${t(`log.${e.what}`)}${detail(e, name)}</td>
    <td>${who(e, name)}</td>
    ${organisation && html`<td>${organisation(e)}</td>`}
  </tr>`)}</tbody>
</table></div>`;

// Who follows a mailed link is not signed in yet: the entry is about that person.
function who({ what, subject, person, by, detail: more }, name) {
  const one = person ?? more?.person ?? (["join_asked", "member_joined", "person_made", "password_reset", "email_changed"].includes(what) ? subject : null);
  return one ? (name(one) ?? t("log.other")) : t(by ? "log.token" : "log.service");
}

// What an entry is about, as far as it can be said in words.
function detail({ what, subject, detail: more = {} }, name) {
  const of = !/^(claim|member|role|join|person|password|email)_/.test(what) ? null : what.startsWith("claim_") ? words("kind").find(([kind]) => kind === subject)?.[1] ?? word("structure", subject) : name(subject);
  const source = { operator: t("log.service"), moderator: t("log.moderator") }[more.source] ?? more.source;
  const parts = [of, more.role && word("role", more.role), more.scopes?.map((s) => word("scope", s)).join(", "), source].filter(Boolean);
  return parts.length ? html` <span class="soft">· ${parts.join(" · ")}</span>` : "";
}
