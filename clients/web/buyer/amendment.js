// SPDX-License-Identifier: EUPL-1.2
// Before an amendment is sent: what changes, and who is told of it.
import { post } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Names } from "../shared/names.js";
import { day, field, instant, t, word } from "../shared/text.js";
import { Failed, Waiting } from "../shared/ui.js";

export function Amendment({ id, record, dirty }) {
  const [state, set] = useState({}), [turn, again] = useState(0);
  const body = JSON.stringify(record);
  useEffect(() => {
    if (!dirty) return set({});
    let mine = true;
    post(`/v1/needs/${id}/preview`, JSON.parse(body)).then((data) => mine && set({ data }), (problem) => mine && set({ problem }));
    return () => (mine = false);
  }, [body, dirty, turn]);
  return html`<section aria-labelledby="amendment">
    <h3 id="amendment">${t("amend")}</h3>
    ${!dirty ? html`<p>${t("amend.nothing")}</p>`
      : state.problem ? html`<${Failed} problem=${new Error(state.problem.errors.map((e) => e.detail).join(" ") || state.problem.message)} again=${() => again((n) => n + 1)} />`
      : state.data ? html`<${Changes} changes=${state.data.changes} /><${Told} data=${state.data} />` : html`<${Waiting} />`}
  </section>`;
}

export const Changes = ({ changes }) => changes.length > 0 && html`<div class="scroll" tabindex="0" role="group" aria-label=${t("amend.changes")}><table>
  <caption>${t("amend.changes")}</caption>
  <thead><tr><th scope="col">${t("amend.field")}</th><th scope="col">${t("amend.before")}</th><th scope="col">${t("amend.after")}</th></tr></thead>
  <tbody>${changes.map((c) => html`<tr><th scope="row">${nameOf(c.field)}</th><td>${valueOf(c.field, c.before)}</td><td>${valueOf(c.field, c.after)}</td></tr>`)}</tbody>
</table></div>`;

function nameOf(pointer) {
  const [, top, number, name] = pointer.split("/");
  if (top !== "lots") return field("need", top).text;
  return name ? `${t("need.lot", { number })}, ${field("lot", name).text}` : t("need.lot", { number });
}

const lists = { kind: "need_kind", services: "service", reserved: "reserved", social: "social", environmental: "environmental" };
function valueOf(pointer, value) {
  const name = pointer.split("/").at(-1);
  if (value === null || value === undefined) return html`<span class="soft">${t("amend.absent")}</span>`;
  if (name === "deadline") return instant(value);
  if (name === "start") return day(value);
  if (name === "places" || name === "cpv") return html`<${Names} kind=${name} codes=${value.split(", ")} />`;
  return lists[name] ? value.split(", ").map((one) => word(lists[name], one)).join(", ") : value;
}

const GROUPS = [["stay", "staying"], ["come", "coming"], ["leave", "leaving"]];
const Told = ({ data }) => html`<ul class="plain">
  ${GROUPS.filter(([n]) => data[n] || (n === "stay" && !data.come && !data.leave)).map(([n, names]) => html`<li class="note ${data[n] && n === "leave" ? "warn" : ""}">
    <p><strong>${t(`amend.${n}`, { n: data[n] })}</strong></p>
    ${data[names].length > 0 && html`<p class="soft">${data[names].map((s) => s.name).join(", ")}${data[n] > data[names].length ? " …" : ""}</p>`}
  </li>`)}
</ul>`;
