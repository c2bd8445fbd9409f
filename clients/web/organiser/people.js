// SPDX-License-Identifier: EUPL-1.2
// Who takes part: the list, kept current, and the ways to add people.
import { at, get, post, usePages } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { navigate } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { t, words } from "../shared/text.js";
import { Button, Empty, More, Read, say } from "../shared/ui.js";
import { AddOne } from "./addone.js";
import { Frame, isOpen, useSoon } from "./frame.js";
import { FromNeed } from "./fromneed.js";
import { Import } from "./import.js";
import { PersonState, company, fresh, remarks } from "./said.js";

const ways = [["one", AddOne], ["csv", Import], ["need", FromNeed]];

export default function People({ id, query }) {
  const state = query.get("state") ?? "", way = query.get("add");
  const [text, setText] = useState(""), [q, setQ] = useState("");
  const pages = usePages(at(`/v1/conventions/${id}/participants`, { state, q, limit: 100 })), again = useSoon(pages.reload);
  useEffect(() => {
    const wait = setTimeout(() => setQ(text.trim()), 200);
    return () => clearTimeout(wait);
  }, [text]);
  const here = (more) => at(`/app/conventions/${id}/people`, { state, add: way, ...more });
  const everybody = () => (setText(""), navigate(here({ state: "" })));
  return html`<${Frame} id=${id} tab="people" on=${({ kind }) => kind !== "progress" && again()}>
    ${(convention) => html`
      ${mayWrite() && isOpen(convention) && html`<${Ways} of=${convention} way=${way} here=${here} done=${pages.reload} />`}
      <${Filter} text=${text} setText=${setText} state=${state} here=${here} total=${pages.total} />
      <${Read} from=${pages}>${() =>
        pages.items.length
          ? html`${state === "invited" && mayWrite() && isOpen(convention) && html`<${Remind} id=${id} />`}<${List} of=${convention} items=${pages.items} /><${More} pages=${pages} />`
          : q || state ? html`<${Empty} title=${t("conv.people.nobody")}><p><button type="button" onClick=${everybody}>${t("conv.people.all")}</button></p><//>`
          : html`<${Empty} title=${t("conv.people.none")}><p>${t("conv.people.none.why")}</p><//>`}<//>`}
  <//>`;
}

// One way to add people is open at a time.
function Ways({ of, way, here, done }) {
  const [, Way] = ways.find(([name]) => name === way) ?? [];
  const toggle = (name) => navigate(here({ add: name === way ? "" : name }), { replace: true });
  return html`<section aria-labelledby="add">
    <h2 id="add">${t("conv.add")}</h2>
    <p class="row">${ways.map(([name]) => html`<button type="button" class=${name === way ? "main" : ""} aria-expanded=${name === way ? "true" : "false"} onClick=${() => toggle(name)}>${t(`conv.add.${name}`)}</button>`)}</p>
    ${Way && html`<div class="card"><${Way} of=${of} done=${done} key=${way} /></div>`}
  </section>`;
}

const Filter = ({ text, setText, state, here, total }) => html`<section aria-labelledby="list">
  <h2 id="list">${t("conv.people.list")}</h2>
  <div class="columns">
    <div class="field"><label for="q">${t("conv.people.search")}</label><input id="q" type="search" value=${text} onInput=${(e) => setText(e.target.value)} /></div>
    <div class="field"><label for="state">${t("conv.state")}</label>
      <select id="state" onChange=${(e) => navigate(here({ state: e.target.value }), { replace: true })}>
        <option value="" selected=${!state}>${t("conv.people.any")}</option>
        ${words("participant_state").map(([one, name]) => html`<option value=${one} selected=${one === state}>${name}</option>`)}
      </select>
    </div>
  </div>
  <p role="status">${total === undefined ? "" : t("conv.people", { n: total })}</p>
</section>`;

const List = ({ of, items }) => html`<ul class="rows">
  ${items.map((p) => html`<li key=${`${p.id} ${p.version}`} class=${fresh(p)}>
    <div><a href=${`/app/conventions/${of.id}/people/${p.id}`}>${p.name}</a><br /><small>${[company(p), remarks(p, of, items)].filter(Boolean).join(" · ")}</small></div>
    <div><${PersonState} of=${p} /></div>
    <small>${t("conv.person.requests", { n: p.requests })}, ${t("conv.person.placed", { n: p.meetings })}</small>
  </li>`)}
</ul>`;

// Everybody who has not answered is invited once more; the service does so once an hour at most.
const Remind = ({ id }) => {
  const remind = async () => {
    let done = 0, late = 0;
    for (let cursor, first = true; first || cursor; first = false) {
      const page = await get(at(`/v1/conventions/${id}/participants`, { state: "invited", limit: 500, cursor }));
      for (const p of page.items) await post(`/v1/participants/${p.id}/invite`).then(() => done++, (problem) => (problem.status === 409 ? late++ : Promise.reject(problem)));
      cursor = page.next;
    }
    say([t("conv.reminded", { n: done }), late && t("conv.reminded.late", { n: late })].filter(Boolean).join(" "));
  };
  return html`<p><${Button} onClick=${remind}>${t("conv.remind")}<//></p>`;
};
