// SPDX-License-Identifier: EUPL-1.2
// The pages of an account and of an organisation, and how one goes from one to the other.
import { html } from "../shared/html.js";
import { mayAdminister, session } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { t, word } from "../shared/text.js";
import { Empty, Page, Tabs } from "../shared/ui.js";

export function AccountPage({ title, children }) {
  const items = [["/app/account", t("account.me")], ["/app/account/security", t("account.security")], ["/app/account/data", t("account.data")]];
  return html`<${Page} title=${title} narrow><${Tabs} label=${t("account")} items=${items} />${children}<//>`;
}

// Of the organisation in whose name one acts; who acts for none is told what to do.
export function OrganisationPage({ title, lead, children }) {
  const who = useStore(session);
  if (!who?.organisation)
    return html`<${Page} title=${title} narrow><${Empty} title=${t("organisation.none")}>
      <p>${t("organisation.none.why")}</p>
      <p><a class="button" href="/app/signup">${t("organisation.none.signup")}</a></p>
    <//><//>`;
  const items = [
    ["/app/organisation", t("organisation.about"), true],
    ["/app/organisation/members", t("members"), true],
    ["/app/organisation/tokens", t("tokens"), true],
    ["/app/organisation/log", t("log"), mayAdminister()],
    ["/app/organisation/data", t("organisation.data"), mayAdminister()],
  ];
  return html`<${Page} title=${title} lead=${lead ?? `${who.organisation.name} · ${word("role", who.role)}`}>
    <${Tabs} label=${t("organisation")} items=${items.filter(([, , shown]) => shown)} />
    ${children}
  <//>`;
}
