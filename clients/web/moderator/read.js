// SPDX-License-Identifier: EUPL-1.2
// A need, to be read whole before it is decided upon.
import { Names } from "../shared/codes.js";
import { html } from "../shared/html.js";
import { day, field, instant, range, t, word } from "../shared/text.js";

const NEED = ["kind", "reference", "description", "deadline", "start", "duration", "places", "wave", "wave_hours", "wave_until", "blocked"];
const LOT = ["title", "cpv", "places", "value", "services", "reserved", "labels", "criteria", "social", "environmental"];
const LISTS = { kind: "need_kind", services: "service", reserved: "reserved", social: "social", environmental: "environmental" };

function said(name, value) {
  if (name === "cpv" || name === "places") return html`<${Names} kind=${name} codes=${value} />`;
  if (name === "deadline") return instant(value);
  if (name === "start") return day(value);
  if (name === "value") return range(value);
  const text = (one) => (LISTS[name] ? word(LISTS[name], one) : String(one));
  return Array.isArray(value) ? value.map(text).join(", ") : text(value);
}

const given = (value) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length);
const Facts = ({ record, of, names }) => html`<dl class="facts">
  ${names.filter((name) => given(of[name])).map((name) => html`<dt>${field(record, name).text}</dt><dd>${said(name, of[name])}</dd>`)}
</dl>`;

export const Need = ({ need }) => html`<details>
  <summary>${t("moderation.read")}</summary>
  <${Facts} record="need" of=${need} names=${NEED} />
  ${(need.lots ?? []).map((lot, i) => html`<h3>${t("moderation.lot", { number: String(lot.number ?? i + 1) })}</h3><${Facts} record="lot" of=${lot} names=${LOT} />`)}
</details>`;
