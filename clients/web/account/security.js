// SPDX-License-Identifier: EUPL-1.2
// How one signs in: the password, and the sessions that are open.
import { drop, get, put, useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { Form, Text, useRecord } from "../shared/form.js";
import { leave, session, setSession } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { day, instant, since, t } from "../shared/text.js";
import { Asked, Button, Read, Tag, say } from "../shared/ui.js";
import { AccountPage } from "./pages.js";

export default function Security() {
  const who = useStore(session);
  const sessions = useGet("/v1/sessions");
  if (!who) return null; // signed out just now
  const changed = async () => {
    setSession(await get("/v1/session")); // now with a password
    sessions.reload();
  };
  return html`<${AccountPage} title=${t("account.security")}>
    <h2>${t(who.person.password ? "password.change" : "password.set")}</h2>
    ${!who.person.password && html`<p>${t("password.none")}</p>`}
    <${Password} has=${who.person.password} changed=${changed} />
    <h2>${t("sessions")}</h2>
    <p>${t("sessions.why")}</p>
    <${Read} from=${sessions}>${(list) => html`<${Sessions} items=${list.items} reload=${sessions.reload} />`}<//>
    <${Asked} text=${t("sessions.end")} question=${t("sessions.end.ask")} act=${async () => (await drop("/v1/sessions"), leave())}>
      <p>${t("sessions.end.why")}</p>
    <//>
  <//>`;
}

function Password({ has, changed }) {
  const [record, bind, set] = useRecord({});
  const submit = async () => {
    await put("/v1/person/password", record);
    set({});
    say(t("password.changed"));
    await changed();
  };
  return html`<${Form} submit=${submit}>
    ${has && html`<${Text} ...${bind("/former")} record="password" label=${t("account.password")} type="password" needed autocomplete="current-password" />`}
    <${Text} ...${bind("/password")} record="password" hint=${t("password.rule")} type="password" autocomplete="new-password" />
    <button class="main">${t(has ? "password.change" : "password.set")}</button>
  <//>`;
}

function Sessions({ items, reload }) {
  const end = async (one) => {
    await drop(`/v1/sessions/${one.id}`);
    say(t("sessions.ended"));
    reload();
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("sessions")}><table>
    <caption class="hidden">${t("sessions")}</caption>
    <thead><tr><th scope="col">${t("sessions.device")}</th><th scope="col">${t("sessions.created")}</th><th scope="col">${t("sessions.seen")}</th><th scope="col">${t("sessions.expires")}</th><td></td></tr></thead>
    <tbody>${items.map((s) => html`<tr key=${s.id}>
      <th scope="row">${s.device || t("sessions.unknown")} ${s.current && html`<${Tag} kind="good">${t("sessions.current")}<//>`}</th>
      <td>${instant(s.created)}</td><td>${since(s.seen)}</td><td>${day(s.expires)}</td>
      <td>${!s.current && html`<${Button} class="small bad" aria-label=${t("sessions.end.one.of", { device: s.device || t("sessions.unknown"), at: instant(s.created) })} onClick=${() => end(s)}>${t("sessions.end.one")}<//>`}</td>
    </tr>`)}</tbody>
  </table></div>`;
}
