// SPDX-License-Identifier: EUPL-1.2
// Who is to meet whom: the list, kept current, and a request more.
import { at, call, get, useGet, usePages } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Area, Chips, Combo, Form, Radios, useRecord } from "../shared/form.js";
import { navigate, place } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { t, words } from "../shared/text.js";
import { Empty, More, Read, say } from "../shared/ui.js";
import { Frame, isOpen, useSoon } from "./frame.js";
import { RequestList, names } from "./requestlist.js";
import { company } from "./said.js";

export default function Requests({ id, query }) {
  const state = query.get("state") ?? "", participant = query.get("participant") ?? "", adding = query.get("add");
  const pages = usePages(at(`/v1/conventions/${id}/requests`, { state, participant, limit: 100 })), again = useSoon(pages.reload);
  const here = (more) => at(`/app/conventions/${id}/requests`, { state, participant, add: adding, ...more });
  return html`<${Frame} id=${id} tab="requests" on=${({ kind }) => kind !== "progress" && again()}>
    ${(convention) => html`
      ${mayWrite() && isOpen(convention) && html`<section aria-labelledby="add">
        <h2 id="add">${t("conv.request.add")}</h2>
        ${adding
          ? html`<div class="card"><${Add} of=${convention} first=${query.get("first")} close=${here({ add: "" })} done=${pages.reload} /></div>`
          : html`<p><a class="button" href=${here({ add: 1 })}>${t("conv.request.add.open")}</a></p>`}
      </section>`}
      <${Filter} of=${convention} state=${state} participant=${participant} here=${here} />
      <${Read} from=${pages}>${() =>
        pages.items.length
          ? html`<${RequestList} of=${convention} items=${pages.items} reload=${pages.reload} /><${More} pages=${pages} />`
          : state || participant ? html`<${Empty} title=${t("conv.requests.nobody")}><p><a href=${here({ state: "", participant: "" })}>${t("conv.requests.all")}</a></p><//>`
          : html`<${Empty} title=${t("conv.requests.none")}><p>${t("conv.requests.none.why")}</p><//>`}<//>`}
  <//>`;
}

// ---- Filter

const searchPeople = (id) => async (q) => {
  const { items } = await get(at(`/v1/conventions/${id}/participants`, { q, limit: 12 }));
  return items.map((p) => ({ id: p.id, text: p.name, hint: company(p), state: p.state }));
};

function Filter({ of, state, participant, here }) {
  const one = useGet(participant && `/v1/participants/${participant}`);
  const states = [["", t("conv.requests.any")], ["waiting", t("conv.requests.waiting")], ...words("request_state")];
  const to = (more) => navigate(here(more), { replace: true });
  return html`<section aria-labelledby="list">
    <h2 id="list">${t("conv.requests.list")}</h2>
    <div class="columns">
      <div class="field"><label for="state">${t("conv.state")}</label>
        <select id="state" onChange=${(e) => to({ state: e.target.value })}>
          ${states.map(([word, text]) => html`<option value=${word} selected=${word === state}>${text}</option>`)}
        </select>
      </div>
      <${Combo} path="/participant" label=${t("conv.requests.of")} needed search=${searchPeople(of.id)} pick=${(p) => to({ participant: p.id })}>
        <${Chips} items=${participant ? [[participant, one.data?.name ?? "…"]] : []} drop=${() => to({ participant: "" })} />
      <//>
    </div>
  </section>`;
}

// ---- One more

function Add({ of, first, close, done }) {
  const [record, bind, set] = useRecord({ priority: 3 }), [known, setKnown] = useState({});
  const begin = useGet(first && `/v1/participants/${first}`);
  useEffect(() => {
    if (begin.data) setKnown((k) => ({ ...k, [first]: begin.data.name })), set((r) => ({ ...r, first }));
  }, [begin.data]);
  useEffect(() => {
    if (place.get().entered && document.activeElement === document.body) document.getElementById("f-first").focus(); // what opened it is gone
  }, []);
  const person = (path) => {
    const { value, on } = bind(path);
    return html`<${Combo} path=${path} record="request" needed search=${searchPeople(of.id)} pick=${(p) => (setKnown((k) => ({ ...k, [p.id]: p.text })), on(p.id))}>
      <${Chips} items=${value ? [[value, known[value]]] : []} drop=${() => on(undefined)} />
    <//>`;
  };
  const submit = async () => {
    const { data, status } = await call("POST", `/v1/conventions/${of.id}/requests`, { body: record });
    say(t(status === 200 ? "conv.request.known" : "conv.request.added", { names: names(data) }));
    set({ priority: record.priority, first: record.first }); // the same person may want to meet more
    document.getElementById("f-second").focus();
    done();
  };
  return html`<${Form} submit=${submit} label=${t("conv.request.add")}>
    <p class="hint">${t("conv.request.add.hint")}</p>
    ${person("/first")} ${person("/second")}
    <${Priorities} ...${bind("/priority")} />
    <${Area} ...${bind("/message")} record="request" rows=${2} />
    <div class="row"><button class="main">${t("add")}</button> <a href=${close}>${t("conv.close")}</a></div>
  <//>`;
}

export const Priorities = (props) => html`<${Radios} ...${props} label=${t("conv.priority")} needed options=${[5, 4, 3, 2, 1].map((n) => [n, t(`conv.priority.${n}`)])} />`;
