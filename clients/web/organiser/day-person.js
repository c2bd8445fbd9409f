// SPDX-License-Identifier: EUPL-1.2
// What the desk says of one person: late, leaving, not there, withdrawn, each taken back by a click; and its QR code.
import { get, post, put } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Button, say } from "../shared/ui.js";
import { mayWrite } from "../shared/session.js";
import { rulesOf } from "./personfields.js";
import { slotName } from "./plan-words.js";

// A slot until which being late leaves out none: it takes an arrival back.
export const noSlot = (convention) => convention.slots.find((s) => Date.parse(s.end) > Date.now())?.slot ?? 1;

export function Follow({ p, s, state, convention, now, close }) {
  const path = `/v1/participants/${p.id}`, active = mayWrite() && ["open", "closed"].includes(convention.state) && s.is !== "gone";
  return html`<p>${p.company} ${state}</p>
    ${active && html`<${Acts} p=${p} path=${path} convention=${convention} now=${now} close=${close} /><p class="hint">${t("plan.follow.why")}</p>`}
    <figure class="qr"><img src=${`${path}/qr`} width="180" height="180" alt=${t("plan.qr.alt", { name: p.name })} /><figcaption>${t("plan.qr")}</figcaption></figure>
    <p><button type="button" onClick=${close}>${t("plan.close")}</button></p>`;
}

function Acts({ p, path, convention, now, close }) {
  const later = convention.slots.filter((x) => Date.parse(x.start) > now), [leaving, setLeaving] = useState(false);
  const done = (text, undo) => (close(), say(text, { undo }));
  const back = async () => {
    await post(`${path}/arrived`);
    if (!p.arrived) await post(`${path}/missing`, { until: noSlot(convention) }); // awaited again, as before
  };
  const late = async (slot) => (await post(`${path}/missing`, { until: slot.slot }), done(t("plan.late.done", { name: p.name, hour: slotName(convention, slot) }), back));
  const missing = async () => (await post(`${path}/missing`, {}), done(t("plan.missing.done", { name: p.name }), back));
  const unarrive = async () => {
    await post(`${path}/missing`, { until: noSlot(convention) });
    done(t("plan.unarrive.done", { name: p.name }), () => post(`${path}/arrived`));
  };
  const leave = async (slot) => {
    const before = await absent(path, (was) => [...new Set([...was, ...restOfDay(convention, slot)])].sort((a, b) => a - b));
    done(t("plan.leave.done", { name: p.name, hour: slotName(convention, slot) }), () => absent(path, () => before));
  };
  const withdraw = async () => (await post(`${path}/withdraw`), done(t("plan.withdraw.done", { name: p.name }), () => post(`${path}/return`)));
  return html`
    ${later.length > 0 && html`<${At} id="late-until" label="plan.late.until" act="plan.late" slots=${later} first=${later[1] ?? later[0]} convention=${convention} on=${late} />
      <${At} id="leaves-at" label="plan.leave.at" act="plan.leave" slots=${later} first=${later[0]} convention=${convention} on=${leave} />`}
    <p class="row">${p.arrived && html`<${Button} onClick=${unarrive}>${t("plan.unarrive")}<//>`}<${Button} onClick=${missing}>${t("plan.missing")}<//>
      ${!leaving && html`<button type="button" class="bad" onClick=${() => setLeaving(true)}>${t("plan.withdraw")}</button>`}</p>
    ${leaving && html`<div class="note bad" role="alert"><p>${t("plan.withdraw.why", { name: p.name, n: p.meetings })}</p><p class="row"><${Button} class="bad" onClick=${withdraw}>${t("plan.withdraw.yes")}<//><button type="button" onClick=${() => setLeaving(false)}>${t("cancel")}</button></p></div>`}`;
}

// A slot, and what begins with it.
function At({ id, label, act, slots, first, convention, on }) {
  const [chosen, choose] = useState(first.slot), slot = slots.find((x) => x.slot === chosen) ?? slots[0];
  return html`<div class="row end"><span><label class="over" for=${id}>${t(label)}</label>
    <select id=${id} onChange=${(e) => choose(Number(e.target.value))}>${slots.map((x) => html`<option value=${String(x.slot)} selected=${x === slot}>${slotName(convention, x)}</option>`)}</select></span>
    <${Button} onClick=${() => on(slot)}>${t(act)}<//></div>`;
}

const restOfDay = (convention, from) => convention.slots.filter((x) => x.slot >= from.slot && x.start.slice(0, 10) === from.start.slice(0, 10)).map((x) => x.slot);

// The slots at which it is absent, changed; gives those of before.
async function absent(path, change) {
  const now = await get(path);
  await put(path, { ...rulesOf(now), absent: change(now.absent) }, now.version);
  return now.absent;
}
