// SPDX-License-Identifier: EUPL-1.2
// The first offer in steps: trade, places, amounts and words, check. What can be known beforehand is proposed.
import { at, get, put } from "../shared/api.js";
import { html, useEffect, useLayoutEffect, useState } from "../shared/html.js";
import { CpvField, PlaceField } from "../shared/codes.js";
import { cpvText, useNames } from "../shared/names.js";
import { Area, Choices, Combo, Chips, Form, Strings, useRecord } from "../shared/form.js";
import { forget, keep, kept } from "../shared/kept.js";
import { session } from "../shared/session.js";
import { field, list, since, t, word } from "../shared/text.js";
import { Button, Page, say, useUnsaved } from "../shared/ui.js";
import { CapabilityFacts } from "./capability.js";
import { Amounts, Places, Words } from "./capabilityfields.js";
import { Privacy } from "../shared/privacy.js";
import { unconfirmed } from "./standing.js";

const STEPS = ["trade", "places", "amounts", "check"];
// Which step shows a field of the record {codes, offer, capability}.
const stepOf = (pointer) => (pointer.startsWith("/codes") ? 0 : /^\/(offer\/(seat|point)|capability\/(areas|radius))/.test(pointer) ? 1 : 2);
// Where the service's pointers lead in that record.
const here = (pointer) => pointer.replace(/^\/capabilities\/\d+\/cpv/, "/codes").replace(/^\/capabilities\/\d+/, "/capability").replace(/^\/(?!codes|capability)/, "/offer/");

const labelOf = (pointer) => (pointer === "/codes" ? t("offer.codes") : field(pointer.split("/")[1], pointer.split("/")[2]).text);

const refused = (pointer, detail) => ({ name: "Problem", message: t("offer.wizard.missing"), errors: [{ pointer, detail }] });

function missing(step, { codes = [], offer = {}, capability = {} }) {
  if (step === 0 && !codes.length) return refused("/codes", t("offer.codes.none"));
  if (step === 1 && !capability.areas?.length && !capability.radius) return refused("/capability/areas", t("offer.areas.none"));
  if (step === 1 && capability.radius && !offer.seat) return refused("/offer/seat", t("offer.seat.needed"));
  return null;
}

const whole = ({ codes, services, offer = {}, capability = {} }) => ({
  active: true, ...offer,
  capabilities: codes.map((cpv) => ({ ...(services[cpv] ? { services: services[cpv] } : {}), ...capability, cpv })),
});

const EMPTY = { codes: [], services: {} };

// What was begun earlier: {record, step, at}.
function begun(who) {
  const found = kept(who, "offer");
  return found?.value.record?.codes ? { ...found.value, at: found.at } : { record: EMPTY, step: 0 };
}

export function Wizard({ done }) {
  const [who] = useState(session.get()), [former] = useState(() => begun(who));
  const [record, bind, set] = useRecord(former.record);
  const [step, setStep] = useState(former.step), [taken, setTaken] = useState(former.at), [lost, setLost] = useState(false), [there, setThere] = useState(false);
  const worth = Boolean(record.codes?.length || record.naf || record.offer || record.capability);
  useLayoutEffect(() => {
    if (worth) setLost(!keep(who, "offer", { record, step }));
  }, [record, step]);
  useUnsaved(worth && lost);
  const restart = () => {
    const begin = (next, at, when) => (set(next), setStep(at), setTaken(when));
    forget(who, "offer");
    begin(EMPTY, 0);
    say(t("offer.restarted"), { undo: () => begin(record, step, taken) });
  };
  const go = (next) => {
    setStep(next);
    scrollTo(0, 0);
    document.querySelector("h1").focus({ preventScroll: true });
  };
  const store = async () => {
    try {
      const stored = await put("/v1/offer", whole(record));
      forget(who, "offer");
      done(stored);
    } catch (problem) {
      if (problem.status === 428) {
        setThere(true); // a colleague, or another window, was quicker
        throw { name: "Problem", message: t("offer.there") };
      }
      const seen = new Set();
      problem.errors = (problem.errors ?? []).map((e) => ({ ...e, pointer: here(e.pointer) })).filter((e) => !seen.has(e.pointer + e.detail) && seen.add(e.pointer + e.detail));
      if (problem.errors.length) setStep(stepOf(problem.errors[0].pointer));
      throw problem;
    }
  };
  const submit = async () => {
    const wrong = missing(step, record);
    if (wrong) throw wrong;
    step === STEPS.length - 1 ? await store() : go(step + 1);
  };
  const elsewhere = { label: labelOf, go: (pointer) => (setStep(stepOf(pointer)), new Promise((there) => setTimeout(there, 100))) };
  const Step = [Trade, Where, Amount, Check][step];
  return html`<${Page} title=${t("offer.wizard")} lead=${t("offer.wizard.lead")}>
    <ol class="steps">${STEPS.map((name, i) => html`<li aria-current=${i === step ? "step" : undefined} class="tag">${i + 1}. ${t(`offer.step.${name}`)}</li>`)}</ol>
    ${taken && html`<div class="note"><p role="status">${t("offer.begun", { when: since(taken) })}</p><p><button type="button" class="small" onClick=${restart}>${t("offer.restart")}</button></p></div>`}
    <${Form} wide=${step === 1} submit=${submit} elsewhere=${elsewhere}>
      <h2>${t(`offer.step.${STEPS[step]}`)}</h2>
      <${Step} key=${`${step} ${taken}`} record=${record} bind=${bind} set=${set} />
      <div class="row">
        ${step > 0 && html`<button type="button" onClick=${() => go(step - 1)}>${t("offer.back")}</button>`}
        <button class="main">${t(step === STEPS.length - 1 ? "offer.store" : "offer.next")}</button>
      </div>
      ${there && html`<p><${Button} onClick=${async () => (forget(who, "offer"), done(await get("/v1/offer")))}>${t("offer.there.see")}<//></p>`}
      ${worth && !lost && html`<p class="soft">${t("offer.kept")}</p>`}
    <//>
  <//>`;
}

// What such an enterprise usually sells is ticked off a list; anything else is looked up.
function Trade({ record, bind, set }) {
  const [naf, setNaf] = useState(record.naf ?? null);
  const [proposed, setProposed] = useState(record.proposed ?? []);
  const { name: company, siret, structures = [] } = session.get().organisation, said = unconfirmed();
  useEffect(() => {
    get(at("/v1/offer/proposal", { naf: naf?.id })).then(({ capabilities = [] }) => {
      setProposed(capabilities.map((one) => one.cpv));
      set((r) => ({ ...r, naf, proposed: capabilities.map((one) => one.cpv), services: { ...r.services, ...Object.fromEntries(capabilities.map((one) => [one.cpv, one.services])) } }));
    }, () => {});
  }, [naf?.id]);
  const name = useNames("cpv", proposed);
  const search = async (q) => (await get(at("/v1/naf", { q, limit: 10 }))).items.map((one) => ({ id: one.code, text: one.label, hint: one.code }));
  const codes = record.codes ?? [], ticked = codes.filter((code) => proposed.includes(code)), more = codes.filter((code) => !proposed.includes(code)), { on } = bind("/codes");
  return html`
    <p>${t("offer.who", { name: company, siret: siret.replace(/(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ") })} ${structures.length > 0 && t("offer.structures", { list: list(structures.map((s) => word("structure", s))) })}
      ${said.length > 0 && ` ${t("offer.declared", { list: list(said) })}`}</p>
    <${Combo} path="/naf" label=${t("offer.naf")} hint=${t("offer.naf.hint")} search=${search} pick=${setNaf}>
      <${Chips} items=${naf ? [[naf.id, `${naf.id} ${naf.text}`]] : []} drop=${() => setNaf(null)} />
    <//>
    ${proposed.length > 0 && html`<${Choices} path="/proposed" label=${t("offer.proposed")} hint=${t("offer.proposed.hint")} value=${ticked}
      on=${(chosen) => on([...chosen, ...more])} options=${proposed.map((code) => [code, cpvText(code, name(code))])} />`}
    <${CpvField} path="/codes" label=${t(proposed.length ? "offer.codes" : "offer.codes.all")} value=${more} on=${(chosen) => on([...new Set([...ticked, ...chosen])])} needed=${!codes.length} />`;
}

const Where = ({ bind }) => html`
  <p class="soft">${t("offer.sites")}</p>
  <${PlaceField} ...${bind("/offer/seat")} record="offer" one only="commune" hint=${t("offer.seat.hint")} />
  <${Places} bind=${bind} at="/capability" />`;

// What comes with the trades is ticked until something else is.
function proposedServices({ codes = [], services, capability = {} }) {
  return capability.services ?? [...new Set(codes.flatMap((cpv) => services[cpv] ?? []))];
}

const Amount = ({ record, bind }) => html`
  <${Amounts} bind=${(path) => (path === "/capability/services" ? { ...bind(path), value: proposedServices(record) } : bind(path))} at="/capability" /><${Words} bind=${bind} at="/capability" />
  <${Strings} ...${bind("/offer/labels")} record="offer" hint=${t("offer.labels.hint")} />
  <${Strings} ...${bind("/offer/criteria")} record="offer" hint=${t("offer.criteria.hint")} />
  <${Area} ...${bind("/offer/description")} record="offer" hint=${t("offer.description.hint")} />`;

function Check({ record }) {
  const { offer = {}, capabilities } = { offer: record.offer, ...whole(record) };
  const name = useNames("cpv", record.codes);
  return html`<p>${t("offer.check.lead")}</p>
    ${capabilities.map((one) => html`<section class="card" key=${one.cpv}><h3>${name(one.cpv)}</h3><${CapabilityFacts} one=${one} seat=${offer.seat} /></section>`)}
    ${(offer.labels ?? offer.criteria) && html`<p><strong>${t("offer.labels")}</strong> ${[...(offer.labels ?? []), ...(offer.criteria ?? [])].join(", ")}</p>`}
    ${offer.description && html`<p>${offer.description}</p>`}
    <${Privacy} of="privacy.offer" />`;
}
