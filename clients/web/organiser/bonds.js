// SPDX-License-Identifier: EUPL-1.2
// With whom a person is never busy at the same time: they share a number, which nobody needs to see.
import { getAll, put, useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { Chips, Combo } from "../shared/form.js";
import { t } from "../shared/text.js";
import { Read, say } from "../shared/ui.js";
import { rulesOf } from "./personfields.js";
import { company, isGone, plain } from "./said.js";

const FOUND = 12;
// A number that nobody has.
export const freeNumber = (people) => Math.max(0, ...people.map((p) => p.bound ?? 0)) + 1;

export function Bonds({ of, p, reload }) {
  const from = useGet(`/v1/conventions/${of.id}/participants`, getAll);
  useEffect(() => {
    if (from.data) from.reload();
  }, [p.version]);
  return html`<section aria-labelledby="bonds"><h2 id="bonds">${t("conv.bound")}</h2>
    <p class="soft">${t("conv.bound.hint")}</p>
    <${Read} from=${from}>${(people) => html`<${Together} people=${people} p=${people.find((q) => q.id === p.id) ?? p} done=${() => (from.reload(), reload())} />`}<//>
  </section>`;
}

function Together({ people, p, done }) {
  const group = (number) => people.filter((q) => number && q.bound === number);
  const set = (q, bound) => put(`/v1/participants/${q.id}`, { ...rulesOf(q), bound }, q.version);
  const tried = (act) => act().catch((problem) => say(problem.message, { bad: true })).then(done);
  const back = (made) => async () => {
    for (const [q, bound] of made) await set(q, bound);
    done();
  };
  const add = (q) => tried(async () => {
    const number = p.bound ?? q.bound ?? freeNumber(people), made = [];
    for (const one of new Set([p, q, ...group(q.bound)])) if (one.bound !== number) made.push([await set(one, number), one.bound]);
    say(t("conv.bound.added", { name: p.name, other: q.name }), { undo: back(made) });
  });
  const drop = (id) => tried(async () => {
    const q = people.find((one) => one.id === id);
    say(t("conv.bound.dropped", { name: p.name, other: q.name }), { undo: back([[await set(q, undefined), q.bound]]) });
  });
  const others = group(p.bound).filter((q) => q.id !== p.id);
  const search = async (words) =>
    people.filter((q) => q.id !== p.id && !isGone(q) && !others.includes(q) && plain(`${q.name} ${q.company ?? ""}`).includes(plain(words)))
      .slice(0, FOUND).map((q) => ({ id: q.id, text: q.name, hint: company(q), q }));
  return html`<${Combo} path="/bound" label=${t("conv.bound.with")} needed search=${search} pick=${({ q }) => add(q)}>
    <${Chips} items=${others.map((q) => [q.id, q.name])} drop=${drop} />
  <//>`;
}
