// SPDX-License-Identifier: EUPL-1.2
// One request: what is fixed of it, the answer, and its withdrawal.
import { post, put, useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { Choices, Form, Select } from "../shared/form.js";
import { mayWrite } from "../shared/session.js";
import { instant, t, word } from "../shared/text.js";
import { Asked, Button, Read, say } from "../shared/ui.js";
import { Overtaken, useEdited } from "./edited.js";
import { Frame, isOpen, useSoon } from "./frame.js";
import { Priorities } from "./requests.js";
import { lives, names, rulesOf } from "./requestlist.js";
import { RequestState, company, fixed, placeOf, slotText } from "./said.js";

export default function Request({ id, request }) {
  const from = useGet(`/v1/requests/${request}`), again = useSoon(from.reload);
  return html`<${Frame} id=${id} tab="requests" title=${from.data && names(from.data)} on=${({ kind }) => kind !== "progress" && again()}>
    ${(convention) => html`<p><a href=${`/app/conventions/${id}/requests`}>${t("conv.requests.back")}</a></p>
      <${Read} from=${from}>${(r) => html`<${One} of=${convention} r=${r} reload=${from.reload} />`}<//>`}
  <//>`;
}

const One = ({ of, r, reload }) => html`
  <dl class="facts">
    ${["first", "second"].map((who) => html`<dt>${t(`conv.request.${who}`)}</dt>
      <dd><a href=${`/app/conventions/${of.id}/people/${r[who].id}`}>${r[who].name}</a> <span class="soft">${company(r[who])}</span></dd>`)}
    <dt>${t("conv.state")}</dt><dd><${RequestState} of=${r} /> ${r.answered && html`<span class="soft">${instant(r.answered)}</span>`}</dd>
    <dt>${t("conv.request.origin")}</dt><dd>${word("request_origin", r.origin)}</dd>
    <dt>${t("conv.request.where")}</dt><dd>${r.meeting ? placeOf(r.meeting, of) : t("conv.request.unplaced")}</dd>
    ${r.message && html`<dt>${t("conv.request.message")}</dt><dd>« ${r.message} »</dd>`}
    ${!(mayWrite() && isOpen(of) && lives(r)) && fixed(r, of) && html`<dt>${t("conv.request.rules")}</dt><dd>${fixed(r, of)}</dd>`}
  </dl>
  ${mayWrite() && isOpen(of) && html`<${Answers} of=${of} r=${r} reload=${reload} /> ${lives(r) && html`<${Rules} of=${of} r=${r} reload=${reload} />`}`}`;

// ---- What becomes of it

function Answers({ of, r, reload }) {
  const answer = async (word, undo) => {
    await post(`/v1/requests/${r.id}/answer`, { answer: word });
    reload();
    say(t(`conv.answered.${word}`, { names: names(r) }), { undo });
  };
  // The organiser's own request: it waits for nobody.
  const again = async () => {
    const { first, second, priority, message } = r;
    await post(`/v1/conventions/${of.id}/requests`, { first: first.id, second: second.id, priority, message });
    reload();
    say(t("conv.request.added", { names: names(r) }));
  };
  const withdrawn = t("conv.answer.withdrawn");
  return html`<div class="row">
    ${r.state === "asked" && html`
      <${Asked} class="main" text=${t("conv.answer.accepted", { name: r.second.name })} question=${t("conv.answer.accepted.question", { name: r.second.name })} act=${() => answer("accepted")}>
        <p>${t("conv.answer.told", { name: r.first.name })}</p><//>
      <${Asked} text=${t("conv.answer.declined", { name: r.second.name })} question=${t("conv.answer.declined.question", { name: r.second.name })} act=${() => answer("declined")}>
        <p>${t("conv.answer.told", { name: r.first.name })}</p><//>`}
    ${r.state === "accepted" && !r.meeting && html`<${Button} class="bad" onClick=${() => answer("withdrawn", again)}>${withdrawn}<//>`}
    ${(r.state === "asked" || r.meeting) && html`<${Asked} text=${withdrawn} question=${t("conv.answer.withdrawn.question")} act=${() => answer("withdrawn")}>
      <p>${t(r.meeting ? "conv.answer.withdrawn.placed" : "conv.answer.withdrawn.asked")}</p><//>`}
    ${["declined", "withdrawn"].includes(r.state) && html`<${Button} onClick=${again}>${t("conv.answer.again")}<//>`}
  </div>`;
}

// ---- What is fixed of it

function Rules({ of, r, reload }) {
  const edited = useEdited(r, rulesOf), { bind } = edited;
  const submit = async () => {
    edited.saved(await put(`/v1/requests/${r.id}`, edited.record, edited.version));
    reload();
    say(t("saved"));
  };
  const slot = bind("/slot"), forbidden = bind("/forbidden");
  return html`<h2>${t("conv.request.rules")}</h2>
    <p class="soft">${t("conv.request.rules.why")}</p>
    <${Form} submit=${submit} label=${t("conv.request.rules")}>
      <${Overtaken} of=${edited} />
      <${Priorities} ...${bind("/priority")} />
      <div class="columns">
        ${of.sessions.length > 1 && html`<${Select} ...${bind("/session")} label=${t("conv.fix.session")} none=${t("conv.fix.any")} options=${of.sessions.map((s) => [s.name, s.name])} />`}
        <${Select} path=${slot.path} value=${String(slot.value ?? "")} on=${(one) => slot.on(Number(one) || undefined)} label=${t("conv.fix.slot")} none=${t("conv.fix.any")}
          options=${of.slots.map((s) => [String(s.slot), `${slotText(s, of)} (${s.session})`])} />
        <${Select} ...${bind("/table")} label=${t("conv.fix.table")} none=${t("conv.fix.any.table")} options=${of.tables.map((name) => [name, name])} />
      </div>
      <${Choices} ...${forbidden} on=${(slots) => forbidden.on(slots.sort((a, b) => a - b))} label=${t("conv.fix.forbidden")} options=${of.slots.map((s) => [s.slot, slotText(s, of)])} />
      <${After} of=${of} r=${r} ...${bind("/after")} />
      <button class="main">${t("save")}</button>
    <//>`;
}

// The other meetings of the two people, of which some are to come before.
function After({ of, r, path, value, on }) {
  const first = useGet(`/v1/conventions/${of.id}/requests?participant=${r.first.id}&limit=100`), second = useGet(`/v1/conventions/${of.id}/requests?participant=${r.second.id}&limit=100`);
  if (!first.data || !second.data) return null;
  const others = [...first.data.items, ...second.data.items].filter((o) => o.id !== r.id && (lives(o) || value?.includes(o.id)));
  return others.length > 0 && html`<${Choices} path=${path} value=${value} on=${on} label=${t("conv.fix.after")} hint=${t("conv.fix.after.hint")}
    options=${others.map((o) => [o.id, names(o)])} />`;
}
