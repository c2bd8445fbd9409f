// SPDX-License-Identifier: EUPL-1.2
// What one says of oneself: name, language, mail address.
import { call } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Form, Select, Text, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { session, setSession } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { t, word } from "../shared/text.js";
import { say } from "../shared/ui.js";
import { AccountPage } from "./pages.js";

const LANGUAGES = [["fr", "Français"], ["en", "English"]]; // each in its own

export default function Account() {
  const { person, organisations } = useStore(session) ?? {};
  const [asked, setAsked] = useState(null); // the new address that a link is to confirm
  if (!person) return null; // signed out just now
  return html`<${AccountPage} title=${t("account")}>
    ${asked && html`<div class="note" role="status"><p>${t("account.mailed", { address: asked })}</p></div>`}
    <${Person} key=${person.email} person=${person} asked=${setAsked} />
    <h2>${t("account.organisations")}</h2>
    ${organisations.length
      ? html`<ul class="plain">${organisations.map((o) => html`<li class="card" key=${o.id}>${o.name} <span class="soft">· ${o.role === "asked" ? t("account.asked") : word("role", o.role)}</span></li>`)}</ul>`
      : html`<p>${t("account.alone")} <a href="/app/signup">${t("organisation.none.signup")}</a></p>`}
  <//>`;
}

function Person({ person, asked }) {
  const [record, bind, set] = useRecord({ name: person.name, language: person.language, email: person.email });
  const moves = (record.email ?? "").toLowerCase() !== person.email;
  const submit = async () => {
    const body = { name: record.name, language: record.language, ...(moves && { email: record.email ?? "", password: record.password }) };
    await setSession((await call("PUT", "/v1/person", { body })).data);
    asked(moves ? record.email : null);
    set({ name: body.name, language: body.language, email: person.email });
    say(t("saved"));
  };
  return html`<${Form} submit=${submit}>
    <${Text} ...${bind("/name")} record="person" autocomplete="name" />
    <${Select} ...${bind("/language")} record="person" hint=${t("account.language.hint")} options=${LANGUAGES} />
    <${Text} ...${bind("/email")} record="person" label=${t("account.email")} hint=${t("account.email.hint")} type="email" needed autocomplete="email" />
    ${moves && person.password && html`<${Text} ...${bind("/password")} record="person" label=${t("account.password")} hint=${t("account.password.hint")} type="password" needed autocomplete="current-password" />`}
    <${Privacy} of="account.privacy" />
    <button class="main">${t("save")}</button>
  <//>`;
}
