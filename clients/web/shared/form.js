// SPDX-License-Identifier: EUPL-1.2
// Forms: fields bound to a record by pointers ("/lots/0/title", as the service names them in its errors), errors beside the field and
// in a summary. Labels and limits are those of protocol/records.def.
import { createContext, html, useCallback, useContext, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { PARIS, field, t, words } from "./text.js";
import { Dialog } from "./ui.js";

const Problems = createContext([]);
const idOf = (path) => `f${path.replace(/\//g, "-")}`;
const parts = (path) => path.split("/").slice(1);

function lookUp(record, path) {
  return parts(path).reduce((at, part) => at?.[part], record);
}

// A copy of the record with another value at the path; undefined, "" and empty lists leave the member out.
export function changed(record, path, value) {
  const [first, ...rest] = parts(path);
  const copy = Array.isArray(record) ? [...record] : { ...record };
  copy[first] = rest.length ? changed(copy[first] ?? (/^\d+$/.test(rest[0]) ? [] : {}), `/${rest.join("/")}`, value) : value;
  if (!Array.isArray(copy) && (copy[first] === undefined || copy[first] === "" || (Array.isArray(copy[first]) && !copy[first].length))) delete copy[first];
  return copy;
}

// [record, bind, set]: bind("/title") gives a field its path, value and on.
export function useRecord(initial) {
  const [record, set] = useState(initial);
  const change = useCallback((path, value) => set((r) => changed(r, path, value)), []);
  const bind = (path) => ({ path, value: lookUp(record, path), on: (value) => change(path, value) });
  return [record, bind, set];
}

// submit: awaited; what it throws is shown. The button is among the children. elsewhere, of a form in steps: {label(pointer), go(pointer)} for
// fields that stand in another step. seen: errors that can be said before anything is sent.
export function Form({ submit, wide, label, elsewhere, seen = [], children }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const [mixed, setMixed] = useState(false); // some fields are needed, others not
  const summary = useRef(), alive = useRef(true), form = useRef();
  useEffect(() => () => (alive.current = false), []);
  useLayoutEffect(() => setMixed(Boolean(form.current.querySelector("[data-needed]") && form.current.querySelector("[data-optional]"))));
  useEffect(() => {
    if (problem) summary.current?.focus();
  }, [problem]);
  const onSubmit = async (e) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await submit(e);
    } catch (caught) {
      if (caught.name !== "Problem" && !caught.errors) console.error(caught);
      if (alive.current) setProblem(caught);
    }
    if (alive.current) setBusy(false);
  };
  return html`<form noValidate ref=${form} class=${wide ? "wide" : ""} aria-label=${label} aria-busy=${busy} onSubmit=${onSubmit}>
    ${problem && html`<${Summary} problem=${problem} refer=${summary} elsewhere=${elsewhere} />`}
    ${mixed && html`<p class="soft">${t("needed")}</p>`}
    <${Problems.Provider} value=${together(problem?.errors ?? [], seen)}>${children}<//>
  </form>`;
}

const together = (errors, seen) => [...errors, ...seen.filter((one) => !errors.some((e) => e.pointer === one.pointer))];

function Summary({ problem, refer, elsewhere }) {
  const go = async (e, pointer) => {
    e.preventDefault();
    if (nearest(pointer) === "main") await elsewhere?.go(pointer);
    const input = document.getElementById(nearest(pointer));
    (input.matches("input,select,textarea,button") ? input : (input.querySelector("input,select,textarea,button") ?? input)).focus();
  };
  return html`<div class="note bad" role="alert" tabindex="-1" ref=${refer}>
    <p><strong>${problem.message}</strong></p>
    ${problem.errors?.length > 0 &&
    html`<ul>
      ${problem.errors.map((e) => html`<li><a href=${`#${nearest(e.pointer)}`} onClick=${(click) => go(click, e.pointer)}>${labelOf(e.pointer, elsewhere)}${e.detail}</a></li>`)}
    </ul>`}
  </div>`;
}

// The id of the field that shows the pointer, or of one that holds it: "/lots/0/cpv/1" is shown by "/lots/0/cpv".
function nearest(pointer) {
  for (let p = parts(pointer); p.length; p.pop()) {
    const id = idOf(`/${p.join("/")}`);
    if (document.getElementById(id)) return id;
  }
  return "main";
}

function labelOf(pointer, elsewhere) {
  const at = document.querySelector(`[data-label-of="${nearest(pointer)}"]`);
  const label = at ? (at.firstChild.data ?? at.textContent).trim() : elsewhere?.label(pointer); // without "(optional)"
  return label ? `${label}${t("colon")}` : "";
}

// The sentences about a field and what lies in it; alone: about the field itself, where what lies in it has fields of its own.
export function useWrong(path, alone) {
  const errors = useContext(Problems);
  return errors.filter((e) => e.pointer === path || (!alone && e.pointer.startsWith(`${path}/`))).map((e) => e.detail);
}

// What all fields need: record="need" takes label and limits from the contract.
export function useField({ path, record, label, hint, needed }) {
  const said = record ? field(record, parts(path).findLast((p) => !/^\d+$/.test(p))) : {};
  const wrong = useWrong(path), id = idOf(path);
  const described = [hint && `${id}-hint`, wrong.length && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  return { id, wrong, label: label ?? said.text, most: said.most, needed: needed ?? said.needed, hint, attributes: { id, "aria-describedby": described, "aria-invalid": wrong.length ? "true" : undefined, "aria-required": needed ?? said.needed ? "true" : undefined } };
}

const Named = ({ f }) => html`${f.label}${f.needed ? html`<span data-needed />` : html` <small class="soft" data-optional>${t("optional")}</small>`}`;
const Label = ({ f }) => html`<label for=${f.id} data-label-of=${f.id}><${Named} f=${f} /></label>`;
const Hint = ({ f }) => f.hint && html`<p class="hint" id=${`${f.id}-hint`}>${f.hint}</p>`;
const Wrong = ({ f }) => f.wrong.length > 0 && html`<p class="wrong" id=${`${f.id}-wrong`}>${f.wrong.join(" ")}</p>`;
const Framed = ({ f, children }) => html`<div class="field"><${Label} f=${f} /><${Hint} f=${f} />${children}<${Wrong} f=${f} /></div>`;
export const Grouped = ({ f, children }) => html`<fieldset class="field" id=${f.id} aria-describedby=${f.attributes["aria-describedby"]}>
  <legend data-label-of=${f.id}><${Named} f=${f} /></legend>
  <${Hint} f=${f} />${children}<${Wrong} f=${f} />
</fieldset>`;

// type: text (default), email, password, tel, url, search. Other attributes go to the input.
export function Text({ path, value, on, record, label, hint, needed, type = "text", ...rest }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Framed} f=${f}><input type=${type} maxlength=${f.most || undefined} value=${value ?? ""} onInput=${(e) => on(e.target.value)} ...${f.attributes} ...${rest} /><//>`;
}

export function Area({ path, value, on, record, label, hint, needed, rows = 4 }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Framed} f=${f}><textarea rows=${rows} maxlength=${f.most || undefined} value=${value ?? ""} onInput=${(e) => on(e.target.value)} ...${f.attributes}></textarea><//>`;
}

const toNumber = (text) => (text === "" ? undefined : Number(text));

export function Numeric({ path, value, on, record, label, hint, needed, min = 0, max, step = 1 }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Framed} f=${f}><input type="number" inputmode="numeric" min=${min} max=${max ?? f.most ?? undefined} step=${step} value=${value ?? ""} onInput=${(e) => on(toNumber(e.target.value))} ...${f.attributes} /><//>`;
}

// A day, "2026-05-18".
export function Day({ path, value, on, record, label, hint, needed }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Framed} f=${f}><input type="date" value=${value ?? ""} onInput=${(e) => on(e.target.value)} ...${f.attributes} /><//>`;
}

// An instant as the clocks of the zone show it: "2026-05-18T12:00".
export function localTime(value, zone = PARIS) {
  if (!value) return "";
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(value)).replace(" ", "T");
}
// And back, with the zone's offset then.
export function instantAt(local, zone = PARIS) {
  const fixed = /^Etc\/GMT([+-])(\d+)$/.exec(zone);
  if (fixed) return `${local}:00${fixed[1] === "+" ? "-" : "+"}${fixed[2].padStart(2, "0")}:00`;
  for (const offset of ["+02:00", "+01:00"])
    if (localTime(`${local}:00${offset}`) === local) return `${local}:00${offset}`;
  return `${local}:00+01:00`; // the hour that is left out in March
}

// An instant, written and read in the time of Paris, or of another zone (zoneOf).
export function Moment({ path, value, on, record, label, hint, needed, zone }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Framed} f=${f}><input type="datetime-local" value=${localTime(value, zone)} onInput=${(e) => on(e.target.value && instantAt(e.target.value, zone))} ...${f.attributes} /><//>`;
}

// options: [[value, text], ...], or list: a list of words of records.def. none: the text of no choice.
export function Select({ path, value, on, record, label, hint, needed, options, list, none }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Framed} f=${f}>
    <select value=${value ?? ""} onChange=${(e) => on(e.target.value)} ...${f.attributes}>
      ${none !== undefined && html`<option value="">${none}</option>`}
      ${(options ?? words(list)).map(([one, text]) => html`<option value=${one} selected=${one === (value ?? "")}>${text}</option>`)}
    </select>
  <//>`;
}

// One of a few: radio buttons.
export function Radios({ path, value, on, record, label, hint, needed, options, list }) {
  const f = useField({ path, record, label, hint, needed });
  return html`<${Grouped} f=${f}>
    <div>${(options ?? words(list)).map(([one, text, more]) => html`<label class="check"><input type="radio" name=${f.id} checked=${value === one} onChange=${() => on(one)} /> <span>${text}${more && html`<br /><small class="soft">${more}</small>`}</span></label>`)}</div>
  <//>`;
}

// Any of several: check boxes; the value is a list of words.
export function Choices({ path, value = [], on, record, label, hint, needed, options, list }) {
  const f = useField({ path, record, label, hint, needed });
  const toggle = (one, yes) => on(yes ? [...value, one] : value.filter((v) => v !== one));
  return html`<${Grouped} f=${f}><div class="choices">
    ${(options ?? words(list)).map(([one, text, more]) => html`<label class="check"><input type="checkbox" checked=${value.includes(one)} onChange=${(e) => toggle(one, e.target.checked)} /> <span>${text}${more && html`<br /><small class="soft">${more}</small>`}</span></label>`)}
  </div><//>`;
}

export function Toggle({ path, value, on, record, label, hint }) {
  const f = useField({ path, record, label, hint, needed: false });
  return html`<div class="field">
    <label class="check" data-label-of=${f.id}><input type="checkbox" checked=${Boolean(value)} onChange=${(e) => on(e.target.checked)} ...${f.attributes} /> <span>${f.label}</span></label>
    <${Hint} f=${f} /><${Wrong} f=${f} />
  </div>`;
}

// {min, max} in euros.
export function Range({ path, value, on, record, label, hint }) {
  const f = useField({ path, record, label, hint });
  const change = (side, text) => {
    const next = { ...value, [side]: toNumber(text) };
    if (next[side] === undefined) delete next[side];
    on(Object.keys(next).length ? next : undefined);
  };
  return html`<${Grouped} f=${f}><div class="row">
    ${["min", "max"].map((side) => html`<label>${t(`range.${side}`)} <input type="number" min="0" step="1" inputmode="numeric" value=${value?.[side] ?? ""} onInput=${(e) => change(side, e.target.value)} aria-invalid=${f.attributes["aria-invalid"]} /></label>`)}
  </div><//>`;
}

// A list of texts: each is added by Enter or the button, and taken out by its own.
export function Strings({ path, value = [], on, record, label, hint, suggestions = [] }) {
  const f = useField({ path, record, label, hint });
  const [text, setText] = useState(""), [held, setHeld] = useState(null);
  const add = () => {
    const one = text.trim();
    if (one && !value.includes(one)) on([...value, one]);
    setText("");
  };
  // It counts at once, but moves the page a moment later: else the button that was pressed would slip away under the pointer.
  const leave = () => {
    if (!text.trim()) return;
    setHeld(text.trim());
    add();
    setTimeout(() => setHeld(null), 250);
  };
  return html`<${Framed} f=${f}>
    <${Chips} items=${value.filter((one) => one !== held).map((one) => [one, one])} drop=${(one) => on(value.filter((v) => v !== one))} />
    <div class="row">
      <input style=${{ flex: 1, minWidth: "10rem" }} list=${suggestions.length ? `${f.id}-list` : undefined} value=${held ?? text} onInput=${(e) => (setHeld(null), setText(e.target.value))}
        onKeyDown=${(e) => e.key === "Enter" && (e.preventDefault(), add())} onBlur=${leave} ...${f.attributes} />
      <button type="button" onClick=${add}>${t("add")}</button>
    </div>
    ${suggestions.length > 0 && html`<datalist id=${`${f.id}-list`}>${suggestions.map((s) => html`<option value=${s} />`)}</datalist>`}
  <//>`;
}

// What was chosen: items [[id, text], ...]. When one is taken out, the focus goes on to the field.
export function Chips({ items, drop }) {
  const out = (e, id) => {
    const field = e.currentTarget.closest(".field")?.querySelector("input:not([type=checkbox])");
    drop(id);
    field?.focus();
  };
  return items.length > 0 && html`<ul class="chips">
    ${items.map(([id, text]) => html`<li key=${id}>${text} <button type="button" class="link" aria-label=${t("remove", { what: text })} onClick=${(e) => out(e, id)}>×</button></li>`)}
  </ul>`;
}

// A field that looks things up: search(words) gives [{id, text, hint}]; one is chosen by arrow keys and Enter, or by a click (ARIA combobox).
export function Combo({ path, record, label, hint, needed, search, pick, children }) {
  const f = useField({ path, record, label, hint, needed });
  const [text, setText] = useState(""), [items, setItems] = useState(null), [active, setActive] = useState(0), [chosen, setChosen] = useState("");
  const turn = useRef(0), options = useRef();
  useEffect(() => options.current.children[active]?.scrollIntoView({ block: "nearest" }), [active, items]);
  useEffect(() => {
    const mine = ++turn.current;
    if (text.trim().length < 2) return void setItems(null);
    const wait = setTimeout(async () => {
      const found = await search(text.trim()).catch(() => []);
      if (mine === turn.current) setItems(found), setActive(0);
    }, 150);
    return () => clearTimeout(wait);
  }, [text]);
  const choose = (item) => (pick(item), setText(""), setItems(null), setChosen(item.text));
  const onKeyDown = (e) => {
    if (e.key === "Enter") return e.preventDefault(), items?.[active] && choose(items[active]);
    if (e.key === "Escape" && items) return e.preventDefault(), setItems(null);
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && items?.length) e.preventDefault(), setActive((active + step + items.length) % items.length);
  };
  const shown = items !== null;
  return html`<${Framed} f=${f}>
    ${children}
    <div class="combo">
      <input role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded=${shown ? "true" : "false"} aria-controls=${`${f.id}-list`}
        aria-activedescendant=${shown && items.length ? `${f.id}-${active}` : undefined} value=${text} onInput=${(e) => setText(e.target.value)}
        onKeyDown=${onKeyDown} onBlur=${() => setTimeout(() => setItems(null), 200)} ...${f.attributes} />
      <ul class="options" ref=${options} id=${`${f.id}-list`} role="listbox" aria-label=${f.label} hidden=${!shown || !items.length}>
        ${(items ?? []).map((item, i) => html`<li key=${item.id} id=${`${f.id}-${i}`} role="option" aria-selected=${i === active ? "true" : "false"} onMouseDown=${(e) => (e.preventDefault(), choose(item))}>${item.text}${item.hint && html` <small>${item.hint}</small>`}</li>`)}
      </ul>
      <p class="hidden" role="status">${shown ? t("found", { n: items.length }) : chosen && t("chosen.what", { what: chosen })}</p>
      ${shown && !items.length && html`<p class="hint">${t("found.none")}</p>`}
    </div>
  <//>`;
}

// A button that asks first, with fields. children: a function of bind and the record; act: what is done with the record, awaited. ready: nothing has to be
// written, and the yes has the focus.
export function AskedForm({ text, question, yes, class: kind, initial, act, ready, children, ...rest }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return html`<button type="button" class=${kind} onClick=${() => setOpen(true)} ...${rest}>${text}</button>
    <${Dialog} open=${open} title=${question} onClose=${close}>
      <${Question} initial=${initial} yes=${yes ?? text} close=${close} act=${act} ready=${ready} fields=${children} />
    <//>`;
}

function Question({ initial = {}, yes, close, act, ready, fields }) {
  const [record, bind] = useRecord(initial);
  return html`<${Form} submit=${async () => (await act(record), close())}>
    ${fields(bind, record)}
    <div class="row">
      <button class="main" autofocus=${ready}>${yes}</button>
      <button type="button" onClick=${close}>${t("cancel")}</button>
    </div>
  <//>`;
}
