// SPDX-License-Identifier: EUPL-1.2
// The people of the organisation: their roles, who asks to join, who is invited.
import { drop, get, post, put, useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { Form, Select, Text, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { mayAdminister, session, setSession } from "../shared/session.js";
import { navigate } from "../shared/router.js";
import { day, t, word, words } from "../shared/text.js";
import { Asked, Button, Read, Tag, say } from "../shared/ui.js";
import { OrganisationPage } from "./pages.js";

const at = (person) => `/v1/organisation/members/${person}`;

export default function Members() {
  const members = useGet("/v1/organisation/members");
  const mine = mayAdminister();
  return html`<${OrganisationPage} title=${t("members")}>
    <${Read} from=${members}>${({ items }) => html`
      <${Asking} items=${items.filter((m) => m.role === "asked")} mine=${mine} reload=${members.reload} />
      <${Present} items=${items.filter((m) => m.role !== "asked")} mine=${mine} reload=${members.reload} />`}<//>
    ${mine && html`<${Invitations} />`}
  <//>`;
}

function Asking({ items, mine, reload }) {
  if (!items.length) return null;
  const accept = async (m, role) => {
    await put(at(m.person), { role });
    say(t("members.accepted", { name: m.name }));
    reload();
  };
  return html`<section aria-labelledby="asking"><h2 id="asking">${t("members.asking")}</h2>
    <ul class="plain">${items.map((m) => html`<li class="card" key=${m.person}>
      <p><strong>${m.name}</strong> · ${m.email} <small>${day(m.since)}</small></p>
      ${mine ? html`<div class="row">
        ${words("role").map(([role, text]) => html`<${Button} class="small" onClick=${() => accept(m, role)}>${t("members.accept", { role: text })}<//>`)}
        <${Asked} class="small bad" text=${t("members.refuse")} question=${t("members.refuse.ask", { name: m.name })} act=${async () => (await drop(at(m.person)), reload())} />
      </div>` : html`<p class="soft">${t("members.wait")}</p>`}
    </li>`)}</ul>
  </section>`;
}

function Present({ items, mine, reload }) {
  const me = session.get()?.person.id;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("members")}><table>
    <caption class="hidden">${t("members")}</caption>
    <thead><tr><th scope="col">${t("members.name")}</th><th scope="col">${t("members.email")}</th><th scope="col">${t("members.role")}</th><th scope="col">${t("members.since")}</th><td></td></tr></thead>
    <tbody>${items.map((m) => html`<tr key=${m.person}>
      <th scope="row">${m.name} ${m.person === me && html`<${Tag}>${t("members.me")}<//>`}</th>
      <td>${m.email}</td>
      <td>${mine ? html`<${Role} m=${m} reload=${reload} />` : word("role", m.role)}</td>
      <td>${day(m.since)}</td>
      <td>${m.person === me ? html`<${Leave} />` : mine && html`<${Asked} class="small bad" text=${t("remove", { what: m.name })} question=${t("members.remove.ask", { name: m.name })} yes=${t("members.remove")}
        act=${async () => (await drop(at(m.person)), say(t("members.removed", { name: m.name })), reload())}><p>${t("members.remove.why")}</p><//>`}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

// A role is given as soon as it is chosen, and can be taken back.
function Role({ m, reload }) {
  const give = async (role) => {
    try {
      await put(at(m.person), { role });
    } finally {
      if (m.person === session.get()?.person.id) await setSession(await get("/v1/session"));
      reload();
    }
  };
  const choose = (role) => give(role).then(
    () => say(t("members.changed", { name: m.name, role: word("role", role) }), { undo: () => give(m.role) }),
    (problem) => say(problem.message, { bad: true }),
  );
  return html`<select aria-label=${t("members.role.of", { name: m.name })} value=${m.role} onChange=${(e) => choose(e.target.value)}>
    ${words("role").map(([role, text]) => html`<option value=${role} selected=${role === m.role}>${text}</option>`)}
  </select>`;
}

const Leave = () => html`<${Asked} class="small bad" text=${t("members.leave")} question=${t("members.leave.ask", { name: session.get()?.organisation?.name })}
  act=${async () => (await post("/v1/organisation/leave"), await setSession(await get("/v1/session")), navigate("/app"))}><p>${t("members.leave.why")}</p><//>`;

function Invitations() {
  const invitations = useGet("/v1/organisation/invitations");
  const [record, bind, set] = useRecord({ role: "editor", language: "fr" });
  const invite = async () => {
    await post("/v1/organisation/invitations", record);
    say(t("invitations.sent", { address: record.email }));
    set({ role: "editor", language: "fr" });
    invitations.reload();
  };
  return html`<section aria-labelledby="invitations"><h2 id="invitations">${t("invitations")}</h2>
    <${Read} from=${invitations}>${({ items }) => items.length
      ? html`<ul class="plain">${items.map((i) => html`<li class="card row spread" key=${i.id}>
          <span>${i.email} · ${word("role", i.role)} <small>${t("invitations.until", { day: day(i.expires) })}</small></span>
          <${Asked} class="small bad" text=${t("invitations.drop")} question=${t("invitations.drop.ask", { address: i.email })} act=${async () => (await drop(`/v1/organisation/invitations/${i.id}`), invitations.reload())}><p>${t("invitations.drop.why")}</p><//>
        </li>`)}</ul>`
      : html`<p class="soft">${t("invitations.none")}</p>`}<//>
    <h3>${t("invitations.invite")}</h3>
    <${Form} submit=${invite} label=${t("invitations.invite")}>
      <${Text} ...${bind("/email")} record="invitation" type="email" autocomplete="off" />
      <${Select} ...${bind("/role")} record="invitation" list="role" />
      <${Select} ...${bind("/language")} record="invitation" list="language" needed />
      <${Privacy} of="invitations.privacy" />
      <button class="main">${t("invitations.send")}</button>
    <//>
  </section>`;
}
