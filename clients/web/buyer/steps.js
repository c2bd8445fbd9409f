// SPDX-License-Identifier: EUPL-1.2
// The fields of a need, step by step.
import { html } from "../shared/html.js";
import { CpvField, PlaceField } from "../shared/codes.js";
import { Area, Choices, Day, Moment, Numeric, Radios, Range, Strings, Text } from "../shared/form.js";
import { t, words } from "../shared/text.js";
import { say } from "../shared/ui.js";

const LABELS = ["ISO 9001", "ISO 14001", "ISO 45001", "ESUS", "RSEi", "Qualibat", "Qualiopi", "Ecocert", "Imprim'Vert", "Écolabel européen"];
const CRITERIA = ["Insertion professionnelle", "Circuits courts", "Réemploi", "Écolabel européen", "Produits biologiques", "Commerce équitable"];

const explained = (list) => words(list).map(([one, text]) => [one, text, t(`post.${list}.${one}`)]);

export const Subject = ({ bind }) => html`
  <${Text} ...${bind("/title")} record="need" hint=${t("post.title.hint")} />
  <${Radios} ...${bind("/kind")} record="need" options=${explained("need_kind")} />
  <${Area} ...${bind("/description")} record="need" rows=${6} hint=${t("post.description.hint")} />
  <${Text} ...${bind("/reference")} record="need" />`;

const lotName = (record, i) => (record.lots.length === 1 ? t("need.lot.only") : `${t("need.lot", { number: i + 1 })}${record.lots[i].title ? ` · ${record.lots[i].title}` : ""}`);
const Parts = ({ record, children }) => record.lots.map((lot, i) => html`<fieldset class="part" key=${lot.number}><legend>${lotName(record, i)}</legend>${children(`/lots/${i}`, i)}</fieldset>`);

export function Lots({ record, bind, set }) {
  const add = () => set({ ...record, lots: [...record.lots, { number: Math.max(...record.lots.map((l) => l.number)) + 1 }] });
  const drop = (i) => {
    set({ ...record, lots: record.lots.filter((_, k) => k !== i) });
    say(t("post.lot.dropped"), { undo: () => set(record) });
  };
  return html`<p class="soft">${t("post.lots.why")}</p>
    <${Parts} record=${record}>${(at, i) => html`
      ${record.lots.length > 1 && html`<${Text} ...${bind(`${at}/title`)} record="lot" />`}
      <${CpvField} ...${bind(`${at}/cpv`)} record="lot" />
      <${Range} ...${bind(`${at}/value`)} record="lot" hint=${t("post.value.hint")} />
      <${Choices} ...${bind(`${at}/services`)} record="lot" list="service" />
      ${record.lots.length > 1 && html`<p><button type="button" class="small bad" onClick=${() => drop(i)}>${t("post.lot.drop", { number: i + 1 })}</button></p>`}`}<//>
    ${record.lots.length < 200 && html`<p><button type="button" onClick=${add}>${t("post.lot.add")}</button></p>`}`;
}

export const Place = ({ record, bind }) => html`
  <${PlaceField} ...${bind("/places")} record="need" needed />
  <${Moment} ...${bind("/deadline")} record="need" hint=${t("post.deadline.hint")} />
  <${Day} ...${bind("/start")} record="need" />
  <${Numeric} ...${bind("/duration")} record="need" min=${1} />
  ${record.lots.length > 1 && html`<details class="field" open=${record.lots.some((l) => l.places)}>
    <summary>${t("post.places.own")}</summary>
    <${Parts} record=${record}>${(at) => html`<${PlaceField} ...${bind(`${at}/places`)} record="lot" />`}<//>
  </details>`}`;

export const Criteria = ({ record, bind }) => html`
  <${Parts} record=${record}>${(at) => html`
    <${Choices} ...${bind(`${at}/reserved`)} record="lot" hint=${t("post.reserved.hint")} options=${explained("reserved")} />
    <${Strings} ...${bind(`${at}/labels`)} record="lot" hint=${t("post.labels.hint")} suggestions=${LABELS} />
    <${Strings} ...${bind(`${at}/criteria`)} record="lot" hint=${t("post.criteria.hint")} suggestions=${CRITERIA} />
    <${Choices} ...${bind(`${at}/social`)} record="lot" list="social" />
    <${Choices} ...${bind(`${at}/environmental`)} record="lot" list="environmental" />`}<//>
  <fieldset class="part"><legend>${t("post.who")}</legend>
    <${Numeric} ...${bind("/wave")} record="need" label=${t("post.wave")} hint=${t("post.wave.hint")} min=${1} />
    ${record.wave && html`<${Numeric} ...${bind("/wave_hours")} record="need" min=${1} /><${Numeric} ...${bind("/wave_until")} record="need" min=${1} />`}
    <${Strings} ...${bind("/blocked")} record="need" hint=${t("post.blocked.hint")} />
  </fieldset>`;
