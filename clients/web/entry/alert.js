// SPDX-License-Identifier: EUPL-1.2
// Being told by mail of needs like those that were looked for, without an account.
import { at, post } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { CpvField, PlaceField } from "../shared/codes.js";
import { Choices, Form, Radios, Strings, Text, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { session } from "../shared/session.js";
import { t, words } from "../shared/text.js";
import { Page } from "../shared/ui.js";

// Of a search at /needs.
function searched(query) {
  const said = (query.get("q") ?? "").split(/\s+/).filter(Boolean);
  const record = { name: t("ask.name"), rhythm: "daily", words: said, cpv: [query.get("cpv")].filter(Boolean), places: [query.get("place")].filter(Boolean) };
  if (query.get("reserved") === "1") record.reserved = words("reserved").map(([article]) => article);
  return record;
}

export default function Ask({ query }) {
  const [record, bind] = useRecord(() => searched(query));
  const [sent, setSent] = useState(null);
  const submit = async () => {
    const { rhythm, ...body } = record;
    await post(at("/v1/alerts/ask", { rhythm }), body);
    setSent(body.email);
  };
  if (sent) return html`<${Page} title=${t("mailed")} narrow><p>${t("ask.mailed", { address: sent })}</p><p>${t("mailed.nothing")}</p><p><a class="button" href="/needs" target="_self">${t("ask.back")}</a></p><//>`;
  return html`<${Page} title=${t("ask")} lead=${t("ask.lead")} narrow>
    ${session.get() && html`<p class="note">${t("ask.signed")} <a href="/app/alerts">${t("nav.alerts")}</a></p>`}
    <${Form} submit=${submit}>
      <${Text} ...${bind("/email")} record="alert" label=${t("ask.email")} type="email" needed autocomplete="email" />
      <${Radios} ...${bind("/rhythm")} label=${t("ask.rhythm")} needed options=${words("rhythm")} />
      <fieldset class="part"><legend>${t("ask.what")}</legend>
        <${Strings} ...${bind("/words")} record="alert" />
        <${CpvField} ...${bind("/cpv")} record="alert" />
        <${PlaceField} ...${bind("/places")} record="alert" />
        <${Choices} ...${bind("/reserved")} record="alert" list="reserved" />
      </fieldset>
      <${Privacy} of="ask.privacy" />
      <button class="main">${t("ask.do")}</button>
    <//>
  <//>`;
}
