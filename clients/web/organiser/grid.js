// SPDX-License-Identifier: EUPL-1.2
// A version of the timetable to be looked at and changed: people by slots, tables by slots, or one person's list, with what has no place beside it.
import { getAll, useGet } from "../shared/api.js";
import { Select } from "../shared/form.js";
import { html, useCallback, useMemo, useRef, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { language, t, word } from "../shared/text.js";
import { Button, Empty, Read, say } from "../shared/ui.js";
import { Frame, useSoon } from "./frame.js";
import { CellMenu, sentences } from "./grid-menu.js";
import { hindrance, modelOf, pairOf, peopleOf, peopleRows, tableRows } from "./grid-model.js";
import { useMoves } from "./grid-moves.js";
import { GridTable } from "./grid-table.js";
import { Publish, VersionState, versionName } from "./plan-versions.js";
import { reasonOf, slotName } from "./plan-words.js";
import { plain } from "./said.js";

const ROWS = 100; // shown at a time
const LOOSE = 100;
const TOGETHER = 1000; // ms: what others change within is read at once
const NARROW = "(max-width: 40rem)";
const RELOADS = { participant: "people", participants: "people", withdraw: "people", missing: "people", arrived: "people", request: "requests", requests: "requests", draft: "versions", timetable: "versions", plan: "versions" };

export default function Grid({ id, query }) {
  const [chosen, choose] = useState(query.get("version"));
  const reads = {
    versions: useGet(`/v1/conventions/${id}/timetables`),
    people: useGet(`/v1/conventions/${id}/participants`, getAll),
    requests: useGet(`/v1/conventions/${id}/requests?state=accepted`, getAll),
  };
  const versions = reads.versions.data?.items, version = versions && (versions.find((v) => v.id === chosen) ?? usual(versions));
  const timetable = useGet(version ? `/v1/timetables/${version.id}` : null), shown = useRef();
  if (timetable.data) shown.current = timetable.data; // until another version is read, what is shown stays, and with it what can be undone
  const again = { versions: useSoon(reads.versions.reload, TOGETHER), people: useSoon(reads.people.reload, TOGETHER), requests: useSoon(reads.requests.reload, TOGETHER) }, changed = useRef();
  const on = ({ kind, data }) => {
    for (const what of kind === "open" ? Object.keys(again) : [RELOADS[kind]]) again[what]?.();
    if (["draft", "timetable"].includes(kind)) changed.current?.(kind, data);
  };
  const go = (next) => {
    choose(next);
    history.replaceState(null, "", `${location.pathname}?version=${next}`);
  };
  return html`<${Frame} id=${id} tab="grid" on=${on}>${(convention) => html`
    <${Read} from=${reads.versions}>${() =>
      version
        ? html`<${Read} from=${reads.people}>${(people) => html`<${Read} from=${reads.requests}>${(requests) => html`<${Read} from=${{ ...timetable, data: timetable.data ?? shown.current }}>${(tt) => html`
            <${Version} convention=${convention} versions=${versions} timetable=${tt} requests=${requests} people=${people} go=${go} changed=${changed}
              setTimetable=${timetable.put} setRequests=${reads.requests.put} versionsChanged=${reads.versions.reload} />`}<//>`}<//>`}<//>`
        : html`<${Empty} title=${t("plan.grid.none")}><p>${t("plan.grid.none.why")}</p><p><a class="button" href=${`/app/conventions/${id}/plan`}>${t("conv.tab.plan")}</a></p><//>`}<//>`}<//>`;
}

// The newest draft, else what holds.
const usual = (versions) => versions.find((v) => v.state === "draft") ?? versions.find((v) => v.current) ?? versions[0];

function Version({ convention, versions, timetable, requests, people, go, changed, setTimetable, setRequests, versionsChanged }) {
  const [view, setView] = useState(matchMedia(NARROW).matches ? "one" : "people");
  const [words, setWords] = useState(""), [page, setPage] = useState(0), [drag, setDrag] = useState(null), [cell, setCell] = useState(null), [conflict, setConflict] = useState(null);
  const model = useMemo(() => modelOf(convention, timetable, requests, people), [convention, timetable, requests, people, language.get()]);
  const list = useRef(requests);
  list.current = requests;
  const moves = useMoves({
    model, setTimetable,
    setRequest: (next) => setRequests(list.current.map((r) => (r.id === next.id ? next : r))),
    copied: (made) => (say(t("plan.copied", { number: String(made.number) })), go(made.id), versionsChanged()),
  });
  changed.current = (kind, data) =>
    moves.inTurn(async () => {
      const shown = moves.latest()?.timetable;
      if (shown?.id === data.id && data.state !== "dropped" && (kind === "timetable" || data.version > shown.version)) await moves.reload();
    });
  const close = useCallback(() => setCell(null), []), explained = useRef(() => {});
  const quiet = useCallback(() => (explained.current(), setConflict(null)), []);
  // What is refused is marked at its cell and explained at the foot of the window: beside the cell it would lie upon those that come into question.
  const tried = async (act, where) => {
    quiet();
    try {
      await act();
    } catch (problem) {
      setConflict(where);
      explained.current = say(sentences(problem).join(" "), { bad: true });
    }
  };
  const drop = (request, { row, column }) => {
    const slot = column + 1, m = model.meetings.get(request);
    if (!m && !model.requests.has(request)) return; // something else was let go here
    if (m?.slot === slot && (view === "people" || m.table === row)) return;
    if (view === "people" && !peopleOf(model, request).includes(row)) return tried(() => Promise.reject(new Error(t("plan.drop.row", { pair: pairOf(model, request) }))), { row, column });
    tried(() => moves.move(request, { slot, table: view === "tables" ? row : undefined }), { row, column });
  };
  const open = ({ row, column, request }) => mayWrite() && (quiet(), setCell(request ? { request } : { [view === "tables" ? "table" : "person"]: row, slot: column + 1 }));
  const former = useRef({}), key = `${view} ${language.get()}`;
  const rows = useMemo(() => {
    const before = (former.current[key] ??= new Map()), found = filtered(view === "tables" ? convention.tables : model.shown, words, model, view);
    const part = found.slice(page * ROWS, (page + 1) * ROWS);
    return { found: found.length, shown: view === "tables" ? tableRows(model, part, before) : peopleRows(model, part, before) };
  }, [model, words, page, view]);
  const heads = useMemo(() => convention.slots.map((s, i) => ({ text: slotName(convention, s), hint: convention.slots[i - 1]?.session !== s.session ? s.session : "" })), [convention, language.get()]);
  const mayDrop = (row, column) => (view === "tables" || peopleOf(model, drag).includes(row)) && !hindrance(model, drag, column + 1) && (view !== "tables" || !model.seated.get(row)?.has(column + 1));
  const choose = (next) => (setView(next), setPage(0), setWords(""), quiet());
  return html`
    <${Head} convention=${convention} versions=${versions} timetable=${timetable} go=${go} moves=${moves} done=${() => (versionsChanged(), moves.inTurn(moves.reload))} />
    <div class="row spread end bar no-print">
      <div class="row" role="group" aria-label=${t("plan.view")}>${["people", "tables", "one"].map((v) => html`<button type="button" class=${view === v ? "small main" : "small"} aria-pressed=${view === v ? "true" : "false"} onClick=${() => choose(v)}>${t(`plan.view.${v}`)}</button>`)}</div>
      <div><label class="over" for="grid-words">${t(view === "tables" ? "plan.find.table" : "plan.find")}</label><input id="grid-words" type="search" value=${words} onInput=${(e) => (setWords(e.target.value), setPage(0))} /></div>
    </div>
    <div class="sides">
      <div>
        ${view === "one"
          ? html`<${One} model=${model} people=${filtered(model.shown, words, model, view)} open=${setCell} />`
          : html`<p class="hint">${t(mayWrite() ? "plan.grid.hint" : "plan.grid.read")}</p>
              <${GridTable} caption=${t(`plan.view.${view}`)} corner=${t(view === "tables" ? "plan.table" : "plan.person")} rows=${rows.shown} heads=${heads} open=${open} drop=${drop} drag=${drag} setDrag=${setDrag}
                mayDrop=${mayDrop} undo=${() => moves.steps.at(-1)?.undo()} takeOut=${(request, where) => mayWrite() && tried(() => moves.move(request, null), where)} refused=${conflict} quiet=${quiet} first=${page * ROWS} total=${rows.found} />
              <${Pages} found=${rows.found} page=${page} setPage=${setPage} />`}
      </div>
      <aside><${Loose} model=${model} words=${view === "tables" ? "" : plain(words)} open=${setCell} setDrag=${setDrag} /></aside>
    </div>
    <${CellMenu} cell=${cell} model=${model} moves=${moves} close=${close} />`;
}

function filtered(items, words, model, view) {
  const wanted = plain(words);
  if (!wanted) return items;
  const text = view === "tables" ? (name) => name : (p) => `${p.name} ${p.company ?? ""}`;
  return items.filter((item) => plain(text(item)).includes(wanted));
}

// Which version, what it is, and what can be done with all of it.
function Head({ convention, versions, timetable, go, moves, done }) {
  const last = moves.steps.at(-1);
  const options = versions.map((v) => [v.id, `${versionName(v)} · ${word("timetable_state", v.state).toLowerCase()}`]);
  return html`<div class="row end bar no-print">
      <${Select} path="/version" label=${t("plan.version.head")} options=${options} value=${timetable.id} on=${go} needed />
      <div class="row"><span><${VersionState} v=${timetable} /> ${t("plan.counts", { n: timetable.placed })}</span>
        ${mayWrite() && html`<${Button} class="small" disabled=${!last} title=${last?.text} onClick=${() => last.undo()}>${t("plan.undo")}<//><${Publish} v=${timetable} convention=${convention} done=${done} />`}
        <a class="button small" href=${`/app/conventions/${convention.id}/wall?version=${timetable.id}`}>${t("plan.wall")}</a>
      </div>
    </div>
    ${mayWrite() && timetable.state !== "draft" && html`<p class="note">${t("plan.copy.first")}</p>`}`;
}

const Pages = ({ found, page, setPage }) =>
  found > ROWS && html`<p class="row"><button type="button" class="small" disabled=${!page} onClick=${() => setPage(page - 1)}>${t("plan.pages.before")}</button>
    <span role="status">${t("plan.pages", { from: page * ROWS + 1, to: Math.min(found, (page + 1) * ROWS), n: found })}</span>
    <button type="button" class="small" disabled=${(page + 1) * ROWS >= found} onClick=${() => setPage(page + 1)}>${t("plan.pages.next")}</button></p>`;

// What has no place, to be dragged into the grid or placed by its button.
function Loose({ model, words, open, setDrag }) {
  const found = model.loose.filter(({ request }) => plain([request.first, request.second].map((p) => `${p.name} ${p.company ?? ""}`).join(" ")).includes(words));
  return html`<section class="card" aria-labelledby="loose">
  <h2 id="loose">${t("plan.loose", { n: model.loose.length })}</h2>
  ${!model.loose.length && html`<p>${t("plan.left.none")}</p>`}
  ${words && model.loose.length > 0 && html`<p class="soft" role="status">${t("plan.loose.found", { n: found.length })}</p>`}
  <ul class="plain loose">${found.slice(0, LOOSE).map(({ request, why }) => html`<li key=${request.id} draggable=${mayWrite() ? "true" : undefined}
    onDragStart=${(e) => (e.dataTransfer.setData("text/plain", request.id), setTimeout(() => setDrag(request.id)))} onDragEnd=${() => setDrag(null)}>
    <span class="row spread"><strong>${pairOf(model, request.id)}</strong>${mayWrite() && html`<button type="button" class="small" aria-label=${t("plan.place.what", { pair: pairOf(model, request.id) })} onClick=${() => open({ request: request.id })}>${t("plan.place")}</button>`}</span>
    ${why && html`<small class="soft">${reasonOf(why)}</small>`}</li>`)}</ul>
  ${found.length > LOOSE && html`<p class="soft">${t("plan.others", { n: found.length - LOOSE })}</p>`}
</section>`;
}

// One person's day as a list: all there is on a small screen.
function One({ model, people, open }) {
  const [chosen, choose] = useState(""), person = people.find((p) => p.id === chosen) ?? people[0];
  if (!person) return html`<p>${t("found.none")}</p>`;
  const options = people.map((p) => [p.id, p.company ? `${p.name} · ${p.company}` : p.name]);
  return html`<${Select} path="/person" label=${t("plan.person")} options=${options} value=${person.id} on=${choose} needed />
    <table><caption>${person.name}</caption>
      <thead><tr><th scope="col">${t("plan.hour")}</th><th scope="col">${t("plan.meeting")}</th></tr></thead>
      <tbody>${model.convention.slots.map((s) => {
        const m = model.busy.get(person.id)?.get(s.slot), gone = person.absent?.includes(s.slot) || person.missing?.includes(s.slot);
        const text = m ? m.people.filter((p) => p !== person.id).map((p) => model.people.get(p)?.name).join() : t(gone ? "plan.cell.off" : "plan.cell.free");
        return html`<tr key=${s.slot}><th scope="row">${slotName(model.convention, s)}</th><td><span class="row spread"><span>${m ? html`<strong>${text}</strong> <small class="soft">${m.table}${m.pinned ? ` · ${t("plan.cell.pinned")}` : ""}</small>` : html`<span class="soft">${text}</span>`}</span>
          ${mayWrite() && html`<button type="button" class="small" aria-label=${t(m ? "plan.change.what" : "plan.fill.what", { hour: slotName(model.convention, s), what: text })} onClick=${() => open(m ? { request: m.request } : { person: person.id, slot: s.slot })}>${t(m ? "plan.change.one" : "plan.fill")}</button>`}</span></td></tr>`;
      })}</tbody>
    </table>`;
}
