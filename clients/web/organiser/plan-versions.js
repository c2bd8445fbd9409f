// SPDX-License-Identifier: EUPL-1.2
// The versions of the timetable: what each is worth, what it leaves out and why; compared, published, dropped.
import { drop, getAll, post, useGet } from "../shared/api.js";
import { Select } from "../shared/form.js";
import { html, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { instant, list, number, t, word } from "../shared/text.js";
import { Asked, Empty, Read, Scroll, Tag, say } from "../shared/ui.js";
import { Changes, concerned, levelValue, pair, reasonOf } from "./plan-words.js";

const KINDS = { draft: "warn", preliminary: "brand", final: "good" };
const SHOWN = 8; // versions, before all are asked for
const LEAST = 5; // of those served least
const REASONS = 6; // shown, before all are asked for

export function Versions({ convention, versions }) {
  const [all, setAll] = useState(false);
  return html`<section aria-labelledby="versions"><h2 id="versions">${t("plan.versions")}</h2>
    <${Read} from=${versions}>${({ items }) =>
      items.length
        ? html`<${List} items=${all ? items : items.slice(0, SHOWN)} convention=${convention} reload=${versions.reload} />
            ${!all && items.length > SHOWN && html`<p><button type="button" onClick=${() => setAll(true)}>${t("plan.versions.all", { n: items.length })}</button></p>`}
            <${Result} key=${`${shown(items).id} ${shown(items).version}`} convention=${convention} version=${shown(items)} />
            ${items.length > 1 && html`<${Compare} items=${items} convention=${convention} />`}`
        : html`<${Empty} title=${t("plan.versions.none")}><p>${t("plan.versions.none.why")}</p><//>`}<//>
  </section>`;
}

const shown = (items) => items.find((v) => v.state === "draft") ?? items.find((v) => v.current) ?? items[0];
export const versionName = (v) => t("plan.version", { number: String(v.number) });
export const VersionState = ({ v }) => html`<${Tag} kind=${KINDS[v.state]}>${word("timetable_state", v.state)}<//>`;

const List = ({ items, convention, reload }) => html`<${Scroll} label=${t("plan.versions")}><table>
  <caption class="hidden">${t("plan.versions")}</caption>
  <thead><tr><th scope="col">${t("plan.version.head")}</th><th scope="col" class="number">${t("plan.placed")}</th><th scope="col" class="number">${t("plan.left")}</th><th scope="col" class="number">${t("plan.level.gaps")}</th><th scope="col">${t("plan.actions")}</th></tr></thead>
  <tbody>${items.map((v) => html`<tr key=${v.id}>
    <th scope="row"><a href=${`/app/conventions/${convention.id}/grid?version=${v.id}`}>${versionName(v)}</a> <${VersionState} v=${v} /><br /><small class="soft">${word("timetable_made", v.made)}, ${instant(v.published ?? v.created)}</small></th>
    <td class="number">${number(v.placed)}</td><td class="number">${number(v.left_out)}</td><td class="number">${levelValue("gaps", v.levels.gaps?.value)}</td>
    <td>${mayWrite() && html`<div class="row"><${Publish} v=${v} convention=${convention} done=${reload} />
      ${v.state === "draft" && html`<${Asked} class="bad small" text=${t("plan.drop")} question=${t("plan.drop.asked", { number: String(v.number) })} act=${async () => (await drop(`/v1/timetables/${v.id}`), reload())}><p>${t("plan.drop.why")}</p><//>`}</div>`}</td>
  </tr>`)}</tbody>
</table><//>`;

// The buttons that make a version hold.
export function Publish({ v, convention, done }) {
  if (!["open", "closed"].includes(convention.state)) return v.state === "draft" && html`<small class="soft">${t("plan.publish.closed")}</small>`;
  const publish = (final) => async () => {
    await post(`/v1/timetables/${v.id}/publish`, { final }, { version: v.version });
    say(t(final ? "plan.published.final" : "plan.published.preliminary", { number: String(v.number) }));
    done();
  };
  const asked = (final) => html`<${Asked} class="small" text=${t(final ? "plan.publish.final" : "plan.publish.preliminary")} question=${t("plan.publish.asked", { number: String(v.number) })} yes=${t("plan.publish.yes")} act=${publish(final)}>
    <${Told} v=${v} convention=${convention} />
    <p class="soft">${t(final ? "plan.publish.final.why" : "plan.publish.preliminary.why")}</p>
  <//>`;
  return html`${v.state === "draft" && asked(false)}${["draft", "preliminary"].includes(v.state) && asked(true)}`;
}

// How many people are told, and of what.
function Told({ v, convention }) {
  const draft = v.state === "draft", from = useGet(draft ? `/v1/timetables/${v.id}/difference` : `/v1/timetables/${v.id}`);
  return html`<${Read} from=${from}>${(data) =>
    draft
      ? html`<p><strong>${t("plan.told", { n: concerned(data.items) })}</strong></p>${data.from && html`<${Changes} items=${data.items.slice(0, 20)} convention=${convention} />`}`
      : html`<p><strong>${t("plan.told", { n: new Set(data.meetings.flatMap((m) => m.people)).size })}</strong></p>`}<//>`;
}

// What a version does not place, and whom it serves least.
function Result({ convention, version }) {
  const timetable = useGet(`/v1/timetables/${version.id}`), requests = useGet(`/v1/conventions/${convention.id}/requests?state=accepted`, getAll);
  return html`<section aria-labelledby="result"><h3 id="result">${t("plan.result", { number: String(version.number) })}</h3>
    <${Read} from=${timetable}>${(tt) => html`<${Read} from=${requests}>${(asked) => html`<${LeftOut} convention=${convention} timetable=${tt} requests=${asked} /><${LeastServed} timetable=${tt} requests=${asked} />`}<//>`}<//>
  </section>`;
}

function LeftOut({ convention, timetable, requests }) {
  const known = new Map(requests.map((r) => [r.id, r]));
  const items = timetable.left_out.filter((l) => known.has(l.request)), [all, setAll] = useState(false);
  if (!items.length) return html`<p>${t("plan.left.none")}</p>`;
  const reasons = new Map();
  for (const l of items) reasons.set(reasonOf(l), [...(reasons.get(reasonOf(l)) ?? []), known.get(l.request)]);
  const rows = [...reasons].sort((a, b) => b[1].length - a[1].length);
  return html`<${Scroll} label=${t("plan.left")}><table><caption>${t("plan.left.caption", { n: items.length })}</caption>
    <thead><tr><th scope="col">${t("plan.why")}</th><th scope="col">${t("plan.left.which")}</th></tr></thead>
    <tbody>${(all ? rows : rows.slice(0, REASONS)).map(([why, list]) => html`<tr key=${why}><th scope="row">${why}</th>
      <td><ul class="plain">${list.map((r) => html`<li key=${r.id}><a href=${`/app/conventions/${convention.id}/requests/${r.id}`}>${pair([r.first, r.second])}</a></li>`)}</ul></td></tr>`)}</tbody>
  </table><//>
  ${!all && rows.length > REASONS && html`<p><button type="button" onClick=${() => setAll(true)}>${t("plan.left.all", { n: rows.length })}</button></p>`}`;
}

function LeastServed({ timetable, requests }) {
  const placed = new Set(timetable.meetings.map((m) => m.request)), people = new Map();
  for (const r of requests)
    for (const p of [r.first, r.second]) {
      const one = people.get(p.id) ?? { name: p.name, asked: 0, placed: 0 };
      people.set(p.id, { ...one, asked: one.asked + 1, placed: one.placed + placed.has(r.id) });
    }
  const least = [...people.values()].filter((p) => p.placed < p.asked).sort((a, b) => a.placed / a.asked - b.placed / b.asked).slice(0, LEAST);
  return least.length > 0 && html`<p>${t("plan.least")} ${list(least.map((p) => t("plan.least.one", { name: p.name, placed: p.placed, asked: p.asked })))}</p>`;
}

function Compare({ items, convention }) {
  const [from, setFrom] = useState((items.find((v) => v.current) ?? items[1]).id), [to, setTo] = useState(items[0].id);
  const options = items.map((v) => [v.id, `${versionName(v)} (${word("timetable_state", v.state).toLowerCase()})`]);
  const difference = useGet(from !== to ? `/v1/timetables/${to}/difference?from=${from}` : null);
  return html`<section aria-labelledby="compare"><h3 id="compare">${t("plan.compare")}</h3>
    <div class="row">
      <${Select} path="/compare-from" label=${t("plan.compare.from")} options=${options} value=${from} on=${setFrom} needed />
      <${Select} path="/compare-to" label=${t("plan.compare.to")} options=${options} value=${to} on=${setTo} needed />
    </div>
    ${from === to ? html`<p class="soft">${t("plan.compare.same")}</p>` : html`<${Read} from=${difference}>${({ items: changes }) => (changes.length ? html`<${Changes} items=${changes} convention=${convention} />` : html`<p>${t("plan.changed.none")}</p>`)}<//>`}
  </section>`;
}
