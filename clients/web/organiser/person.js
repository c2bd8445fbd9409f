// SPDX-License-Identifier: EUPL-1.2
// One participant: what is set of it, its requests, its secret addresses, and what becomes of it.
import { put, useGet, usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { Form, Text } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Empty, More, Read, say } from "../shared/ui.js";
import { Becoming } from "./becoming.js";
import { Bonds } from "./bonds.js";
import { Overtaken, useEdited } from "./edited.js";
import { Frame, isOpen, useSoon } from "./frame.js";
import { Links } from "./links.js";
import { Rules, Who, rulesOf } from "./personfields.js";
import { RequestList } from "./requestlist.js";
import { PersonState, isGone } from "./said.js";

export default function Person({ id, person }) {
  const from = useGet(`/v1/participants/${person}`), requests = usePages(`/v1/conventions/${id}/requests?participant=${person}&limit=100`);
  const again = useSoon(() => (from.reload(), requests.reload()));
  return html`<${Frame} id=${id} tab="people" title=${from.data?.name} on=${({ kind }) => kind !== "progress" && again()}>
    ${(convention) => html`<p><a href=${`/app/conventions/${id}/people`}>${t("conv.people.back")}</a></p>
      <${Read} from=${from}>${(p) => html`<${One} of=${convention} p=${p} requests=${requests} reload=${from.reload} />`}<//>`}
  <//>`;
}

const One = ({ of, p, requests, reload }) => html`
  <div class="row"><${PersonState} of=${p} /> <span class="soft">${[p.company, p.email ?? t("conv.email.hidden")].filter(Boolean).join(" · ")}</span></div>
  ${mayWrite() && isOpen(of) && html`<${Becoming} of=${of} p=${p} reload=${reload} />`}
  <div class="sides">
    <div>
      ${mayWrite() && isOpen(of) && p.name !== "…" && html`<${Edit} of=${of} p=${p} reload=${reload} /><${Bonds} of=${of} p=${p} reload=${reload} />`}
      <h2>${t("conv.person.requests.title")}</h2>
      <${Read} from=${requests}>${() =>
        requests.items.length
          ? html`<${RequestList} of=${of} items=${requests.items} reload=${requests.reload} /><${More} pages=${requests} />`
          : html`<${Empty} title=${t("conv.person.alone", { name: p.name })} />`}<//>
      ${mayWrite() && isOpen(of) && !isGone(p) && html`<p><a class="button" href=${`/app/conventions/${of.id}/requests?add=1&first=${p.id}`}>${t("conv.request.add.for", { name: p.name })}</a></p>`}
    </div>
    ${p.links && html`<aside class="card"><${Links} p=${p} /></aside>`}
  </div>`;

function Edit({ of, p, reload }) {
  const edited = useEdited(p, rulesOf);
  const submit = async () => {
    edited.saved(await put(`/v1/participants/${p.id}`, edited.record, edited.version));
    reload();
    say(t("saved"));
  };
  return html`<h2>${t("conv.person.rules")}</h2>
    <${Form} submit=${submit} label=${t("conv.person.rules")}>
      <${Overtaken} of=${edited} />
      <${Text} ...${edited.bind("/name")} record="participant_rules" autocomplete="off" />
      <${Who} bind=${edited.bind} record="participant_rules" />
      <${Rules} bind=${edited.bind} record="participant_rules" of=${of} />
      <${Privacy} of="conv.privacy" />
      <button class="main">${t("save")}</button>
    <//>`;
}
