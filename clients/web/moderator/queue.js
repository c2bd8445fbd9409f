// SPDX-License-Identifier: EUPL-1.2
// What waits, one thing after the other: whoever has decided upon one is at the next, which is open to be read, and a key is enough for each step.
import { html, useLayoutEffect, useRef } from "../shared/html.js";
import { t } from "../shared/text.js";

const TYPED = "dialog, input, textarea, select";

// keys: [[key, what it does], ...], of the buttons of a card (aria-keyshortcuts). They count within the list alone.
export function Queue({ keys, children }) {
  const list = useRef(), last = useRef(null); // which card had the focus
  const go = (i) => {
    const card = list.current.children[Math.max(0, Math.min(i, list.current.children.length - 1))];
    const details = card?.querySelector("details");
    if (details) details.open = true;
    card?.querySelector("h2").focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  };
  useLayoutEffect(() => {
    if (last.current !== null && document.activeElement === document.body) go(last.current);
  }, [children]);
  const onKeyDown = (e) => {
    const card = e.target.closest("li.card");
    if (!card || e.target.closest(TYPED) || e.ctrlKey || e.metaKey || e.altKey) return;
    const step = { j: 1, k: -1 }[e.key], button = card.querySelector(`[aria-keyshortcuts="${CSS.escape(e.key)}"]`);
    if (!step && !button) return;
    e.preventDefault();
    if (step) go(last.current + step);
    else button.click();
  };
  return html`<p class="hint">${t("queue.keys")} ${[["j", t("queue.next")], ["k", t("queue.before")], ...keys].map(([key, text], i) => html`${i ? ", " : ""}<kbd>${key}</kbd> ${text}`)}.</p>
    <ul class="plain" ref=${list} onKeyDown=${onKeyDown} onFocusIn=${(e) => (last.current = [...list.current.children].indexOf(e.target.closest("li.card")))}>${children}</ul>`;
}
