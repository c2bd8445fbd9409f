// SPDX-License-Identifier: EUPL-1.2
// One participant: added, its rules, its secret addresses, and what becomes of it.
import { Problem, at, call, drop, post, put, useGet, usePages } from "../shared/api.js";
import { html, useRef, useState } from "../shared/html.js";
import { Choices, Form, Numeric, Select, Text, Toggle, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Asked, Button, Empty, More, Read, say } from "../shared/ui.js";
import { Overtaken, useEdited } from "./edited.js";
import { Frame, isOpen, useSoon } from "./frame.js";
import { RequestList } from "./requestlist.js";
import { PersonState, slotText } from "./said.js";

// ---- Fields

const Who = ({ bind, record }) => html`
  <${Text} ...${bind("/company")} record=${record} autocomplete="off" />
  <div class="columns">
    <${Select} ...${bind("/side")} record=${record} list="side" none=${t("conv.side.none")} />
    <${Select} ...${bind("/language")} record=${record} list="language" />
  </div>`;

const Rules = ({ bind, record, of }) => html`
  <div class="columns">
    <${Numeric} ...${bind("/most")} record=${record} min=${1} />
    <${Numeric} ...${bind("/rest")} record=${record} />
    <${Select} ...${bind("/table")} record=${record} label=${t("conv.booth")} none=${t("conv.booth.none")} options=${of.tables.map((name) => [name, name])} />
    <${Numeric} ...${bind("/bound")} record=${record} label=${t("conv.bound")} min=${1} />
  </div>
  <p class="hint">${t("conv.bound.hint")}</p>
  <${Presence} ...${bind("/absent")} of=${of} />`;

// When it is there: a check box for each slot. The record says when it is not.
function Presence({ path, value: absent = [], on, of }) {
  const all = of.slots.map((s) => s.slot);
  const there = (slots) => on(all.filter((s) => !slots.includes(s)));
  const part = (session, yes) => {
    const slots = of.slots.filter((s) => s.session === session).map((s) => s.slot);
    on(yes ? absent.filter((s) => !slots.includes(s)) : [...new Set([...absent, ...slots])].sort((a, b) => a - b));
  };
  return html`<${Choices} path=${path} value=${all.filter((s) => !absent.includes(s))} on=${there} label=${t("conv.presence")} hint=${t("conv.presence.hint")} needed
      options=${of.slots.map((s) => [s.slot, slotText(s, of)])} />
    ${of.sessions.length > 1 && html`<p class="row">${of.sessions.map(({ name }) => html`
      <button type="button" class="small" onClick=${() => part(name, true)}>${t("conv.presence.all", { session: name })}</button>
      <button type="button" class="small" onClick=${() => part(name, false)}>${t("conv.presence.never", { session: name })}</button>`)}</p>`}`;
}

// ---- One more

const EMPTY = { language: "fr" };

export function AddOne({ of, done }) {
  const [record, bind, set] = useRecord(EMPTY);
  const [invite, setInvite] = useState(of.state !== "draft");
  const form = useRef();
  const submit = async () => {
    const { data, status } = await call("POST", at(`/v1/conventions/${of.id}/participants`, { invite: invite ? 1 : "" }), { body: record }).catch(explain);
    say(t(status === 200 ? "conv.add.known" : invite ? "conv.add.invited" : "conv.add.listed", { name: data.name }));
    set({ ...EMPTY, company: record.company, side: record.side, language: record.language });
    form.current.querySelector("input").focus();
    done();
  };
  return html`<div ref=${form}><${Form} submit=${submit} label=${t("conv.add.one")}>
    <div class="columns">
      <${Text} ...${bind("/name")} record="participant" autocomplete="off" />
      <${Text} ...${bind("/email")} record="participant" type="email" autocomplete="off" />
    </div>
    <${Who} bind=${bind} record="participant" />
    <${Toggle} path="/invite" value=${invite} on=${setInvite} label=${t("conv.add.invite")} hint=${t("conv.add.invite.hint")} />
    <details class="field"><summary>${t("conv.person.rules")}</summary><${Rules} bind=${bind} record="participant" of=${of} /></details>
    <button class="main">${t("add")}</button>
  <//></div>`;
}

// ---- One that is there

const MEMBERS = ["name", "company", "side", "language", "absent", "most", "rest", "table", "bound"];
const pick = (p) => Object.fromEntries(MEMBERS.filter((m) => p[m] !== undefined).map((m) => [m, p[m]]));

export default function Person({ id, person }) {
  const from = useGet(`/v1/participants/${person}`), requests = usePages(`/v1/conventions/${id}/requests?participant=${person}&limit=100`);
  const again = useSoon(() => (from.reload(), requests.reload()));
  return html`<${Frame} id=${id} tab="people" title=${from.data?.name} on=${({ kind }) => kind !== "progress" && again()}>
    ${(convention) => html`<p><a href=${`/app/conventions/${id}/people`}>${t("conv.people.back")}</a></p>
      <${Read} from=${from}>${(p) => html`<${One} of=${convention} p=${p} requests=${requests} reload=${from.reload} />`}<//>`}
  <//>`;
}

const isGone = (p) => ["declined", "withdrawn"].includes(p.state);

const One = ({ of, p, requests, reload }) => html`
  <div class="row"><${PersonState} of=${p} /> <span class="soft">${[p.company, p.email ?? t("conv.email.hidden")].filter(Boolean).join(" · ")}</span></div>
  ${mayWrite() && isOpen(of) && html`<${Becoming} of=${of} p=${p} reload=${reload} />`}
  <div class="sides">
    <div>
      ${mayWrite() && isOpen(of) && p.name !== "…" && html`<${Edit} of=${of} p=${p} reload=${reload} />`}
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
  const edited = useEdited(p, pick);
  const submit = async () => {
    await put(`/v1/participants/${p.id}`, edited.record, edited.version);
    edited.saved();
    reload();
    say(t("saved"));
  };
  return html`<h2>${t("conv.person.rules")}</h2>
    <${Form} submit=${submit} label=${t("conv.person.rules")}>
      <${Overtaken} of=${edited} />
      <${Text} ...${edited.bind("/name")} record="participant_rules" autocomplete="off" />
      <${Who} bind=${edited.bind} record="participant_rules" />
      <${Rules} bind=${edited.bind} record="participant_rules" of=${of} />
      <button class="main">${t("save")}</button>
    <//>`;
}

// ---- What becomes of it

// A state forbids it: said by the act, since the state alone explains nothing.
const refused = (text) => (problem) => {
  throw problem.code === "state" ? new Problem(409, { code: "state", detail: t(text) }) : problem;
};

const explain = refused("conv.add.state");

function Becoming({ of, p, reload }) {
  const invite = async () => {
    await post(`/v1/participants/${p.id}/invite`).catch(refused("conv.invite.late"));
    reload();
    say(t("conv.invite.done", { name: p.name }));
  };
  const withdraw = async () => {
    await post(`/v1/participants/${p.id}/withdraw`);
    reload();
    say(t("conv.withdraw.done", { name: p.name }));
  };
  const erase = async () => {
    await drop(`/v1/participants/${p.id}`);
    navigate(`/app/conventions/${of.id}/people`);
    say(t("conv.erase.done"));
  };
  return html`<p class="row">
    ${p.state === "listed" && html`<${Asked} class="" text=${t("conv.invite")} question=${t("conv.invite.question", { name: p.name })} act=${invite}><p>${t("conv.invite.why")}</p><//>`}
    ${["invited", "declined"].includes(p.state) && html`<${Button} onClick=${invite}>${t("conv.invite.again")}<//>`}
    ${of.state !== "draft" && !isGone(p) && html`<${Asked} text=${t("conv.withdraw")} question=${t("conv.withdraw.question", { name: p.name })} act=${withdraw}>
      <p>${p.meetings ? t("conv.withdraw.why", { n: p.meetings }) : t("conv.withdraw.none")}</p><p>${t("conv.for_good")}</p><//>`}
    ${p.name !== "…" && html`<${Asked} text=${t("conv.erase")} question=${t("conv.erase.question", { name: p.name })} act=${erase}>
      <p>${t("conv.erase.why")}</p><p>${t("conv.for_good")}</p><//>`}
  </p>`;
}

// ---- Secret addresses

const KINDS = ["badge", "agenda", "sheet", "checkin"];

function Links({ p }) {
  const [shown, show] = useState(false);
  const copy = async (kind) => (await navigator.clipboard.writeText(p.links[kind]), say(t("conv.link.copied")));
  return html`<h2>${t("conv.links")}</h2>
    <p>${t("conv.links.why", { name: p.name })}</p>
    ${!shown
      ? html`<p><button type="button" onClick=${() => show(true)}>${t("conv.links.show")}</button></p>`
      : html`<ul class="plain">${KINDS.map((kind) => html`<li class="field" key=${kind}>
          <label for=${`link-${kind}`}>${t(`conv.link.${kind}`)}</label>
          <input id=${`link-${kind}`} readonly value=${p.links[kind]} onFocus=${(e) => e.target.select()} />
          <p class="row"><${Button} class="small" aria-label=${t("conv.link.copy.what", { what: t(`conv.link.${kind}`) })} onClick=${() => copy(kind)}>${t("conv.link.copy")}<//>
            <a href=${p.links[kind]} target="_blank" rel="noreferrer" aria-label=${t("conv.link.open.what", { what: t(`conv.link.${kind}`) })}>${t("conv.link.open")}</a></p>
        </li>`)}</ul>`}`;
}
