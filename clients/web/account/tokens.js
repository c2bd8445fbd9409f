// SPDX-License-Identifier: EUPL-1.2
// Tokens, by which programs act: made with what they may do, shown once, revoked.
import { drop, post, useGet } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Choices, Form, Numeric, Radios, Text, useRecord } from "../shared/form.js";
import { mayAdminister, mayWrite } from "../shared/session.js";
import { day, list, since, t, word, words } from "../shared/text.js";
import { Asked, Button, Empty, Read, Tag, say } from "../shared/ui.js";
import { OrganisationPage } from "./pages.js";

// Nobody gives away what their own role has not.
const mine = () => words("scope").filter(([scope]) => scope === "read" || (scope === "administer" ? mayAdminister() : mayWrite())).map(([scope, text]) => [scope, text, t(`tokens.scope.${scope}`)]);
const fresh = () => ({ scopes: ["read"], days: 365, personal: true });

export default function Tokens() {
  const tokens = useGet("/v1/tokens");
  const [made, setMade] = useState(null);
  return html`<${OrganisationPage} title=${t("tokens")}>
    <p>${t("tokens.why")} <a href="/openapi.json" target="_self">${t("tokens.api")}</a></p>
    ${made && html`<${Made} token=${made} />`}
    <${Read} from=${tokens}>${({ items }) => items.length
      ? html`<${Table} items=${items} reload=${tokens.reload} />`
      : html`<${Empty} title=${t("tokens.none")}><p>${t("tokens.none.why")}</p><//>`}<//>
    <h2>${t("tokens.new")}</h2>
    <${New} made=${(token) => (setMade(token), tokens.reload())} />
  <//>`;
}

function Made({ token }) {
  const copy = async () => (await navigator.clipboard.writeText(token.token), say(t("tokens.copied")));
  return html`<div class="note good" role="status">
    <p><strong>${t("tokens.made", { label: token.label })}</strong></p>
    <p>${t("tokens.once")}</p>
    <div class="row"><code>${token.token}</code><${Button} class="small" onClick=${copy}>${t("tokens.copy")}<//></div>
  </div>`;
}

function Table({ items, reload }) {
  const revoke = async (token) => {
    await drop(`/v1/tokens/${token.id}`);
    say(t("tokens.revoked", { label: token.label }));
    reload();
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("tokens")}><table>
    <caption class="hidden">${t("tokens")}</caption>
    <thead><tr><th scope="col">${t("tokens.label")}</th><th scope="col">${t("tokens.scopes")}</th><th scope="col">${t("tokens.seen")}</th><th scope="col">${t("tokens.expires")}</th><td></td></tr></thead>
    <tbody>${items.map((k) => html`<tr key=${k.id}>
      <th scope="row">${k.label || t("tokens.unnamed")} <${Tag}>${t(k.personal ? "tokens.personal" : "tokens.shared")}<//></th>
      <td>${list(k.scopes.map((s) => word("scope", s)))}</td>
      <td>${k.seen ? since(k.seen) : t("tokens.never")}</td>
      <td>${k.expires ? day(k.expires) : t("tokens.endless")}</td>
      <td><${Asked} class="small bad" text=${t("tokens.revoke")} question=${t("tokens.revoke.ask", { label: k.label || t("tokens.unnamed") })} act=${() => revoke(k)}><p>${t("tokens.revoke.why")}</p><//></td>
    </tr>`)}</tbody>
  </table></div>`;
}

function New({ made }) {
  const [record, bind, set] = useRecord(fresh());
  const submit = async () => {
    made(await post("/v1/tokens", record));
    set(fresh());
    scrollTo(0, 0);
  };
  const whose = [[true, t("tokens.personal")], [false, t("tokens.shared"), t("tokens.shared.hint")]];
  return html`<${Form} submit=${submit} label=${t("tokens.new")}>
    <${Text} ...${bind("/label")} record="token" autocomplete="off" />
    <${Choices} ...${bind("/scopes")} record="token" label=${t("tokens.scopes")} options=${mine()} />
    <${Numeric} ...${bind("/days")} record="token" label=${t("tokens.days")} hint=${t("tokens.days.hint")} min="1" />
    ${mayAdminister() && html`<${Radios} ...${bind("/personal")} record="token" label=${t("tokens.whose")} needed options=${whose} />`}
    <button class="main">${t("tokens.make")}</button>
  <//>`;
}
