// SPDX-License-Identifier: EUPL-1.2
// What a cell of the grid offers: move its meeting, pin it, forbid its slot, take it out; or fill a free place.
import { Form, Select, useRecord } from "../shared/form.js";
import { html, useState } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Dialog } from "../shared/ui.js";
import { hindrance, hour, pairOf, peopleOf } from "./grid-model.js";
import { reasonOf, slotName } from "./plan-words.js";

// cell: {request}, or {person, slot} or {table, slot} when it is free; null: nothing is open.
export function CellMenu({ cell, model, moves, close }) {
  const known = cell && (!cell.request || model.requests.has(cell.request) || model.meetings.has(cell.request));
  const title = !known ? "" : cell.request ? pairOf(model, cell.request) : t("plan.menu.free", { hour: slotName(model.convention, model.convention.slots[cell.slot - 1]), where: cell.person ? model.people.get(cell.person)?.name : cell.table });
  return html`<${Dialog} open=${Boolean(known)} title=${title} onClose=${close}>
    ${known && (cell.request ? html`<${Meeting} key=${cell.request} request=${cell.request} model=${model} moves=${moves} close=${close} />` : html`<${Free} cell=${cell} model=${model} moves=${moves} close=${close} />`)}
    <p><button type="button" onClick=${close}>${t("plan.close")}</button></p>
  <//>`;
}

const Refused = ({ problem }) => problem && html`<div class="note bad" role="alert"><p>${problem.message}</p>
  ${problem.errors?.length > 1 && html`<ul>${problem.errors.map((e) => html`<li>${e.detail}</li>`)}</ul>`}</div>`;
// The sentences of a conflict.
export const sentences = (problem) => (problem.errors?.length ? problem.errors.map((e) => e.detail) : [problem.message]);

function Meeting({ request, model, moves, close }) {
  const [problem, setProblem] = useState(null), [busy, setBusy] = useState(false);
  const m = model.meetings.get(request), r = model.requests.get(request), why = model.loose.find((l) => l.request.id === request)?.why;
  const act = (fn) => async () => {
    setBusy(true);
    setProblem(null);
    try {
      await fn();
      close();
    } catch (caught) {
      setProblem(caught);
      setBusy(false);
    }
  };
  const button = (text, fn, kind = "small") => html`<button type="button" class=${kind} disabled=${busy} onClick=${act(fn)}>${text}</button>`;
  return html`<p>${m ? t("plan.menu.at", { hour: slotName(model.convention, model.convention.slots[m.slot - 1]), table: m.table }) : t("plan.menu.nowhere")}
      ${m?.pinned && html` <strong>${t("plan.menu.pinned")}</strong>`}</p>
    ${!m && why && html`<p class="soft">${reasonOf(why)}</p>`}
    <${Refused} problem=${problem} />
    <${Where} request=${request} model=${model} moves=${moves} close=${close} />
    ${r && html`<div class="row">
      ${m && !m.pinned && html`${button(t("plan.menu.pin"), () => moves.pin(request, { slot: m.slot }))}${button(t("plan.menu.pin.table"), () => moves.pin(request, { slot: m.slot, table: m.table }))}`}
      ${r.slot !== undefined && button(t("plan.menu.unpin"), () => moves.pin(request, { slot: undefined, table: undefined }))}
      ${m && button(t("plan.menu.forbid", { hour: hour(model, m.slot) }), () => moves.forbid(request, m.slot))}
      ${m && button(t("plan.menu.out"), () => moves.move(request, null), "small bad")}
    </div>
    ${r.forbidden?.length > 0 && html`<p>${t("plan.menu.forbidden")}</p><div class="row">${r.forbidden.map((slot) => button(t("plan.menu.allow", { hour: hour(model, slot) }), () => moves.allow(request, slot)))}</div>`}
    ${model.convention.current && html`<p class="hint">${t("plan.menu.rules")}</p>`}`}`;
}

// To what slot and table; what stands in the way is said at each slot, as far as it is known here.
function Where({ request, model, moves, close }) {
  const m = model.meetings.get(request);
  const [record, bind] = useRecord({ slot: m ? String(m.slot) : "", table: "" });
  const slots = model.convention.slots.map((s) => {
    const why = hindrance(model, request, s.slot);
    return [String(s.slot), `${slotName(model.convention, s)}${m?.slot === s.slot ? ` · ${t("plan.menu.now")}` : why ? ` · ${why}` : ""}`];
  });
  const tables = model.convention.tables.filter((name) => !model.convention.lost.includes(name)).map((name) => {
    const other = model.seated.get(name)?.get(Number(record.slot));
    return [name, other && other.request !== request ? `${name} · ${pairOf(model, other.request)}` : name];
  });
  const submit = async () => {
    await moves.move(request, { slot: Number(record.slot), table: record.table });
    close();
  };
  return html`<${Form} submit=${submit} label=${t("plan.menu.move")}>
    <${Select} ...${bind("/slot")} label=${t("plan.menu.slot")} options=${slots} none=${m ? undefined : t("plan.menu.choose")} needed />
    <${Select} ...${bind("/table")} label=${t("plan.menu.table")} options=${tables} none=${t("plan.menu.table.any")} needed />
    <button class="main" disabled=${!record.slot}>${m ? t("plan.menu.move") : t("plan.menu.place")}</button>
  <//>`;
}

// What could come to a free place: first what has none.
function Free({ cell, model, moves, close }) {
  const fits = (request) => !cell.person || peopleOf(model, request).includes(cell.person);
  const loose = model.loose.filter((l) => fits(l.request.id)).map((l) => l.request.id);
  const placed = [...model.meetings.values()].filter((m) => (cell.person ? fits(m.request) : m.slot === cell.slot)).map((m) => m.request);
  const [record, bind] = useRecord({ request: loose[0] ?? placed[0] ?? "" });
  if (!record.request) return html`<p>${t("plan.menu.free.none")}</p>`;
  const option = (request) => {
    const m = model.meetings.get(request), why = m?.slot === cell.slot ? null : hindrance(model, request, cell.slot);
    return [request, [pairOf(model, request), m ? t("plan.menu.at", { hour: hour(model, m.slot), table: m.table }) : t("plan.menu.nowhere"), why].filter(Boolean).join(" · ")];
  };
  const submit = async () => {
    await moves.move(record.request, { slot: cell.slot, table: cell.table });
    close();
  };
  return html`<${Form} submit=${submit}>
    <${Select} ...${bind("/request")} label=${t("plan.menu.which")} options=${[...loose, ...placed].map(option)} needed />
    <button class="main">${t("plan.menu.here")}</button>
  <//>`;
}
