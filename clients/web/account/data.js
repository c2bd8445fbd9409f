// SPDX-License-Identifier: EUPL-1.2
// What is kept: taken along as a file, or erased, with what stays told with its reason.
import { call, get } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { AskedForm, Text } from "../shared/form.js";
import { mayAdminister, session, setSession } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { t } from "../shared/text.js";
import { Button, saveFile } from "../shared/ui.js";
import { AccountPage, OrganisationPage } from "./pages.js";

export function PersonData() {
  const who = useStore(session);
  const [erased, setErased] = useState(null);
  if (!who) return null; // signed out just now
  const leave = async () => location.assign("/");
  return html`<${AccountPage} title=${t("account.data")}>
    ${erased ? html`<${Erased} answer=${erased} leave=${leave} />` : html`<${Kept} path="/v1/person" of="person" repeated=${who.person.email} done=${setErased} />`}
  <//>`;
}

export function OrganisationData() {
  const who = useStore(session);
  const [erased, setErased] = useState(null);
  if (!who) return null; // signed out just now
  const leave = async () => setSession(await get("/v1/session"));
  return html`<${OrganisationPage} title=${t("organisation.data")}>
    ${erased ? html`<${Erased} answer=${erased} leave=${leave} />`
      : mayAdminister() ? html`<${Kept} path="/v1/organisation" of="organisation" repeated=${who.organisation.siret} done=${setErased} />`
      : html`<p>${t("organisation.owners")}</p>`}
  <//>`;
}

function Kept({ path, of, repeated, done }) {
  const { person } = session.get();
  const save = async (format) => {
    const data = await get(`${path}/export?format=${format}`);
    const name = `entregent-${of}-${new Date().toISOString().slice(0, 10)}.${format}`;
    saveFile(name, format === "csv" ? "text/csv" : "application/json", format === "csv" ? data : JSON.stringify(data, null, 2));
  };
  return html`
    <h2>${t("data.export")}</h2>
    <p>${t(`data.export.${of}`)}</p>
    <div class="row"><${Button} onClick=${() => save("json")}>JSON<//><${Button} onClick=${() => save("csv")}>CSV<//></div>
    <h2>${t(`data.erase.${of}`)}</h2>
    <p>${t(`data.erase.${of}.why`)}</p>
    <${AskedForm} class="bad" text=${t(`data.erase.${of}`)} question=${t(`data.erase.${of}.ask`)} yes=${t("data.erase")}
      act=${async (record) => done((await call("DELETE", path, { body: record })).data)}>${(bind) => html`
      <p>${t("data.erase.sure")}</p>
      <${Text} ...${bind("/confirm")} record="erasure" label=${t(`data.erase.${of}.repeat`)} hint=${repeated} autocomplete="off" />
      ${person.password && html`<${Text} ...${bind("/password")} record="erasure" label=${t("account.password")} type="password" needed autocomplete="current-password" />`}`}<//>`;
}

function Erased({ answer, leave }) {
  const gone = Object.entries(answer.erased).filter(([, n]) => n > 0);
  return html`<div class="note good" role="status">
      <p><strong>${t("data.erased")}</strong></p>
      <ul>${gone.map(([what, n]) => html`<li>${t(`erased.${what}`, { n })}</li>`)}</ul>
    </div>
    <h2>${t("data.kept")}</h2>
    <ul>${answer.kept.filter((k) => k.count !== 0).map((k) => html`<li><strong>${t(`kept.${k.what}`, { n: k.count ?? 0 })}</strong>${t("colon")}${k.why}</li>`)}</ul>
    <p><${Button} class="main" onClick=${leave}>${t("data.end")}<//></p>`;
}
