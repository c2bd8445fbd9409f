// SPDX-License-Identifier: EUPL-1.2
// Addresses under /app and the views they open. Links are ordinary links; the back button works.
import { store } from "./store.js";

export const place = store(read()); // {path, query, entered}: entered counts navigations, 0 at the start

function read(entered = 0) {
  return { path: location.pathname.replace(/(.)\/$/, "$1"), query: new URLSearchParams(location.search), entered };
}

const guards = new Set(); // each says whether the page may be left
export function guard(fn) {
  guards.add(fn);
  return () => guards.delete(fn);
}

// What belongs to this entry of the browser's history: where one was on the page, how much of a list was shown.
export const remember = (name, value) => history.replaceState({ ...history.state, [name]: value }, "");
export const remembered = (name) => history.state?.[name];

const PATIENCE = 3000; // ms

// Back where one was: the page changes and fills by and by, so that it is held there until it has, unless one moves first.
let putting = 0;
function putBack(y = 0) {
  const mine = ++putting, end = performance.now() + (y && PATIENCE);
  const step = () => {
    if (mine !== putting) return;
    if (scrollY !== y && document.documentElement.scrollHeight - innerHeight >= y) scrollTo(0, y);
    if (performance.now() < end) requestAnimationFrame(step);
  };
  step();
}
const moved = () => void putting++;

export function navigate(to, { replace = false } = {}) {
  const before = place.get().path;
  const stays = new URL(to, location).pathname === before; // the same view with another query: nothing is lost
  if (!stays && ![...guards].every((may) => may())) return;
  if (!replace) remember("y", scrollY);
  moved();
  history[replace ? "replaceState" : "pushState"](null, "", to);
  place.set(read(place.get().entered + 1));
  if (!location.hash && !stays) scrollTo(0, 0);
}

export function startRouter() {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    place.set(read(place.get().entered + 1));
    if (!location.hash) putBack(remembered("y"));
  });
  addEventListener("pagehide", () => remember("y", scrollY));
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(kind, moved, { passive: true });
  if (!location.hash) putBack(remembered("y"));
  addEventListener("beforeunload", (e) => [...guards].every((may) => may(true)) || e.preventDefault());
  document.addEventListener("click", (e) => {
    const link = e.target.closest?.("a[href]");
    if (!link || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || link.target || link.hasAttribute("download")) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || !/^\/app(\/|$)/.test(to.pathname)) return;
    if (to.pathname === location.pathname && to.search === location.search && to.hash) return; // within the page
    e.preventDefault();
    navigate(to.pathname + to.search + to.hash);
  });
}

// "/app/needs/:id" and a path -> {id}, null when it does not fit.
export function fits(pattern, path) {
  const wanted = pattern.split("/"), given = path.split("/"), params = {};
  if (wanted.length !== given.length) return null;
  try {
    for (let i = 0; i < wanted.length; i++)
      if (wanted[i].startsWith(":")) params[wanted[i].slice(1)] = decodeURIComponent(given[i]);
      else if (wanted[i] !== given[i]) return null;
  } catch {
    return null; // no UTF-8 behind the %
  }
  return params;
}
