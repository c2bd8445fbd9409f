// SPDX-License-Identifier: EUPL-1.2
// What is set of a convention: when it is made, and later.
import { Problem, post, put } from "../shared/api.js";
import { html, useEffect, useMemo, useState } from "../shared/html.js";
import { Area, Form, Moment, Numeric, Radios, Text, Toggle, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { mayWrite } from "../shared/session.js";
import { t, word } from "../shared/text.js";
import { Dialog, Page, say, useUnsaved } from "../shared/ui.js";
import { Overtaken, useEdited } from "./edited.js";
import { Frame, isOpen } from "./frame.js";
import { Sessions, firstSessions } from "./sessions.js";

const MEMBERS = ["name", "description", "place", "public", "mode", "acceptance", "across", "auto", "until", "wishes", "most", "rest", "sessions", "tables"];
const pick = (convention) => Object.fromEntries(MEMBERS.filter((m) => convention[m] !== undefined).map((m) => [m, convention[m]]));
const numbered = (n, first = 1) => Array.from({ length: n }, (_, i) => String(i + first));

export function New() {
  const [record, bind] = useRecord({ mode: "organiser", acceptance: true, across: true, auto: true, public: false, sessions: firstSessions(), tables: numbered(10) });
  const [done, setDone] = useState(null);
  const key = useMemo(() => crypto.randomUUID(), [record]); // a repetition of the same record makes no second one
  useUnsaved(Boolean(record.name) && !done);
  useEffect(() => {
    if (done) navigate(`/app/conventions/${done.id}`, { replace: true });
  }, [done]);
  const submit = async () => setDone(await post("/v1/conventions", record, { key }));
  return html`<${Page} title=${t("conv.new")} lead=${t("conv.new.lead")}>
    <${Form} submit=${submit} wide>
      <${Fields} bind=${bind} />
      <button class="main">${t("conv.new.save")}</button>
    <//>
  <//>`;
}

export default ({ id }) => html`<${Frame} id=${id} tab="settings">
  ${(convention, reload) =>
    mayWrite() && isOpen(convention)
      ? html`<${Edit} convention=${convention} reload=${reload} />`
      : html`<p class="note">${t(mayWrite() ? "conv.settings.past" : "conv.reading")}</p>`}
<//>`;

function Edit({ convention, reload }) {
  const edited = useEdited(convention, pick), [asking, ask] = useState(null); // asking: takes the answer
  const moved = ["sessions", "place"].some((m) => JSON.stringify(edited.record[m]) !== JSON.stringify(convention[m]));
  const answer = (yes) => (asking(yes), ask(null));
  const submit = async () => {
    if (moved && convention.meetings > 0 && !(await new Promise((take) => ask(() => take)))) return;
    edited.saved(await put(`/v1/conventions/${convention.id}`, edited.record, edited.version).catch(explain));
    reload();
    say(t("saved"));
  };
  return html`<${Form} submit=${submit} wide>
    <${Overtaken} of=${edited} />
    <${Fields} bind=${edited.bind} />
    <button class="main">${t("save")}</button>
    <${Dialog} open=${Boolean(asking)} title=${t("conv.settings.moved")} onClose=${() => answer(false)}>
      <p>${t("conv.settings.moved.told", { n: convention.meetings })}</p>
      <div class="row">
        <button type="button" class="main" onClick=${() => answer(true)}>${t("save")}</button>
        <button type="button" onClick=${() => answer(false)}>${t("cancel")}</button>
      </div>
    <//>
  <//>`;
}

// What is in use says at its field what to do.
function explain(problem) {
  const field = problem.code === "in_use" && (/slots/.test(problem.message) ? "sessions" : "tables");
  if (!field) throw problem;
  const detail = t(`conv.in_use.${field}`);
  throw new Problem(409, { code: "in_use", detail, errors: [{ pointer: `/${field}`, detail }] });
}

const Fields = ({ bind }) => html`
  <${Column}>
    <${Text} ...${bind("/name")} record="convention" />
    <${Text} ...${bind("/place")} record="convention" hint=${t("conv.place.hint")} />
    <${Area} ...${bind("/description")} record="convention" />
  <//>
  <${Sessions} bind=${bind} />
  <${Column}><${Tables} ...${bind("/tables")} /><${Rules} bind=${bind} /><//>`;

const Column = ({ children }) => html`<div style=${{ maxWidth: "46rem" }}>${children}</div>`;

// So many tables, or their names, one a line.
function Tables({ path, value = [], on }) {
  const [text, setText] = useState("");
  const lines = (words) => words.split("\n").map((line) => line.trim()).filter(Boolean);
  const names = value.join("\n"), shown = lines(text).join("\n") === names ? text : names; // as it is typed, with its empty lines
  const count = (n) => on(n === undefined ? [] : n <= value.length ? value.slice(0, n) : [...value, ...more(value, Math.min(n, 2000))]);
  return html`<section aria-labelledby="tables">
    <h2 id="tables">${t("conv.tables")}</h2>
    <${Numeric} path="/tables-count" value=${value.length || undefined} on=${count} label=${t("conv.tables.count")} hint=${t("conv.tables.count.hint")} min=${1} max=${2000} needed />
    <${Area} path=${path} value=${shown} on=${(words) => (setText(words), on(lines(words)))} label=${t("conv.tables.names")} hint=${t("conv.tables.names.hint")} rows=${5} needed />
  </section>`;
}

// Further tables, by numbers that none of them has yet.
function more(tables, count) {
  const made = [];
  for (let n = 1; tables.length + made.length < count; n++) if (!tables.includes(String(n))) made.push(String(n));
  return made;
}

const Rules = ({ bind }) => html`<section aria-labelledby="rules">
  <h2 id="rules">${t("conv.rules")}</h2>
  <${Radios} ...${bind("/mode")} label=${t("conv.mode")} options=${["organiser", "acceptance"].map((m) => [m, word("meeting_mode", m), t(`conv.mode.${m}`)])} needed />
  <${Toggle} ...${bind("/acceptance")} label=${t("conv.acceptance")} hint=${t("conv.acceptance.hint")} />
  <${Toggle} ...${bind("/across")} label=${t("conv.across")} hint=${t("conv.across.hint")} />
  <${Toggle} ...${bind("/public")} label=${t("conv.public")} hint=${t("conv.public.hint")} />
  <${Toggle} ...${bind("/auto")} label=${t("conv.auto")} hint=${t("conv.auto.hint")} />
  <${Moment} ...${bind("/until")} record="convention" hint=${t("conv.until.hint")} />
  <div class="columns">
    <${Numeric} ...${bind("/wishes")} record="convention" min=${1} />
    <${Numeric} ...${bind("/most")} record="convention" min=${1} />
    <${Numeric} ...${bind("/rest")} record="convention" />
  </div>
</section>`;
