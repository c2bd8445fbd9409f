// SPDX-License-Identifier: EUPL-1.2
// What pages are made of: their head, states of waiting and failing, what is said for a moment, a question, tabs.
import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { guard, place } from "./router.js";
import { store, useStore } from "./store.js";
import { language, t } from "./text.js";

// A page: its heading takes the focus when one comes by a link, so that a screen reader says where one is.
export function Page({ title, lead, narrow, actions, children }) {
  const heading = useRef();
  useEffect(() => {
    document.title = `${title} · Entregent`;
  }, [title]);
  useEffect(() => {
    if (place.get().entered) heading.current.focus({ preventScroll: true });
  }, []);
  return html`<main id="main" class=${narrow ? "narrow" : ""}>
    <div class="row spread">
      <h1 ref=${heading} tabindex="-1">${title}</h1>
      ${actions && html`<div class="row no-print">${actions}</div>`}
    </div>
    ${lead && html`<p class="soft">${lead}</p>`} ${children}
  </main>`;
}

// Tabs are links: items [[address, text], ...]. A page below one of them belongs to it.
export function Tabs({ label, items }) {
  const { path } = place.get();
  const here = items.map(([to]) => to).filter((to) => path === to || path.startsWith(`${to}/`)).sort((a, b) => b.length - a.length)[0];
  return html`<nav class="tabs no-print" aria-label=${label}>
    ${items.map(([to, text]) => html`<a href=${to} aria-current=${path === to ? "page" : to === here ? "true" : undefined}>${text}</a>`)}
  </nav>`;
}

export const Waiting = () => html`<p role="status" class="soft">${t("waiting")}</p>`;

export const Failed = ({ problem, again }) => html`<div class="note bad" role="alert">
  <p>${problem.message}</p>
  ${again && html`<p><button onClick=${again}>${t("again")}</button></p>`}
</div>`;

// What was read (useGet, usePages), or that it is awaited, or why it failed. children: a function of the data.
export function Read({ from, children }) {
  if (from.problem) return html`<${Failed} problem=${from.problem} again=${from.reload} />`;
  return from.data === undefined ? html`<${Waiting} />` : children(from.data);
}

// Nothing there yet: what to do next.
export const Empty = ({ title, children }) => html`<div class="empty">
  <p><strong>${title}</strong></p>
  ${children}
</div>`;

export const More = ({ pages }) =>
  pages.more && html`<p><${Button} onClick=${pages.showMore}>${t("more")}<//></p>`;

// A button that waits for what it does, and says when that is refused. While it waits it is not disabled, which would take the focus from it.
export function Button({ onClick, class: kind, disabled, children, ...rest }) {
  const [busy, setBusy] = useState(false);
  const alive = useRef(true);
  useEffect(() => () => (alive.current = false), []);
  const click = async (e) => {
    if (busy) return;
    setBusy(true);
    try {
      await onClick(e);
    } catch (problem) {
      say(problem.message, { bad: true });
    }
    if (alive.current) setBusy(false);
  };
  return html`<button type="button" class=${kind} disabled=${disabled} aria-disabled=${busy ? "true" : undefined} aria-busy=${busy} onClick=${click} ...${rest}>${children}</button>`;
}

// Said at the foot of the window. What can be undone stays longer, what went wrong until it is closed or the page is left; time stands
// still while the pointer or the focus is there. Answers what takes it away.
const toasts = store([]);
let number = 0;
export function say(text, { undo, bad, seconds = bad ? 0 : undo ? 30 : 8 } = {}) {
  const toast = { id: ++number, text, undo, bad, seconds };
  toasts.set([toast, ...toasts.get().slice(0, 2)]);
  return () => unsay(toast);
}
const unsay = (toast) => toasts.set(toasts.get().filter((other) => other !== toast));
const undone = (toast) => (unsay(toast), toast.undo());

// fresh: only what is said from now on.
export function Toasts({ fresh }) {
  const [after] = useState(fresh ? number : 0), [held, hold] = useState(false);
  const list = useStore(toasts).filter((toast) => toast.id > after);
  return html`<div class="toasts no-print" role="status" aria-live="polite" onMouseEnter=${() => hold(true)} onMouseLeave=${() => hold(false)} onFocusIn=${() => hold(true)} onFocusOut=${() => hold(false)}>
    ${list.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} held=${held} />`)}
  </div>`;
}

function Toast({ toast, held }) {
  useEffect(() => {
    if (held || !toast.seconds) return;
    const end = setTimeout(() => unsay(toast), toast.seconds * 1000);
    return () => clearTimeout(end);
  }, [held]);
  return html`<p>
    <span>${toast.bad && html`<strong>${t("problem")} </strong>`}${toast.text}</span>
    ${toast.undo && html`<${Button} class="small" aria-keyshortcuts="Control+Z" onClick=${() => undone(toast)}>${t("undo")}<//>`}
    ${(toast.undo || toast.bad) && html`<button type="button" class="small" aria-label=${t("close.what", { what: toast.text })} onClick=${() => unsay(toast)}>×</button>`}
  </p>`;
}

// Once, at the start: what was said last is undone by Ctrl+Z, wherever the focus is, but in a field, which has an undo of its own.
export function startToasts() {
  addEventListener("keydown", (e) => {
    const toast = toasts.get().find((one) => one.undo);
    if (!toast || e.key !== "z" || !(e.ctrlKey || e.metaKey) || e.shiftKey || e.defaultPrevented || e.target.closest("input,textarea,select,dialog")) return;
    e.preventDefault();
    undone(toast).catch?.((problem) => say(problem.message, { bad: true }));
  });
  place.follow(() => toasts.set(toasts.get().filter((toast) => !toast.bad)));
}

// A question above the page. open: shown; onClose: it was left (Escape too). The buttons are among its children. The focus goes to what
// has autofocus (a yes that costs nothing), to the first field, else to the question, so that it is read before a button is pressed. What is said
// meanwhile is said within: the page is inert.
export function Dialog({ open, title, onClose, children }) {
  const dialog = useRef();
  useLayoutEffect(() => {
    if (open && !dialog.current.open) {
      dialog.current.showModal();
      ["[autofocus]", "input,select,textarea", "h2"].map((of) => dialog.current.querySelector(of)).find(Boolean).focus();
    }
    if (!open && dialog.current.open) dialog.current.close();
  }, [open]);
  useEffect(() => () => setTimeout(keepFocus), []);
  return html`<dialog ref=${dialog} aria-labelledby=${open ? "dialog-title" : undefined} onClose=${() => open && onClose()}>
    ${open && html`<h2 id="dialog-title" tabindex="-1">${title}</h2>${children}<${Toasts} fresh />`}
  </dialog>`;
}

// What had the focus is gone (a row that was decided upon): who uses the keyboard goes on from the heading.
function keepFocus() {
  if (document.activeElement === document.body) document.querySelector("main h1")?.focus({ preventScroll: true });
}

// A button that asks first. text, question, yes: texts; act: what the yes does.
export function Asked({ text, question, yes, act, class: kind = "bad", children, ...rest }) {
  const [open, setOpen] = useState(false);
  return html`<button type="button" class=${kind} onClick=${() => setOpen(true)} ...${rest}>${text}</button>
    <${Dialog} open=${open} title=${question} onClose=${() => setOpen(false)}>
      ${children}
      <div class="row">
        <${Button} class="main" autofocus=${!kind.includes("bad")} onClick=${async () => (await act(), setOpen(false))}>${yes ?? text}<//>
        <button type="button" onClick=${() => setOpen(false)}>${t("cancel")}</button>
      </div>
    <//>`;
}

// Asks before a page with unsaved words is left.
export function useUnsaved(unsaved) {
  useEffect(() => (unsaved ? guard((leaving) => !leaving && confirm(t("unsaved"))) : undefined), [unsaved, language.get()]);
}

// What may be wider than the window: it scrolls by itself, by the keyboard too.
export const Scroll = ({ label, children }) => html`<div class="scroll" role="group" tabindex="0" aria-label=${label}>${children}</div>`;

export const Tag = ({ kind, children }) => html`<span class=${`tag ${kind ?? ""}`}>${children}</span>`;

// Saved as a file: what a download by link cannot do, because the headers of a call are needed.
export function saveFile(name, type, text) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
