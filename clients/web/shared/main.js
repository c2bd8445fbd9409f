// SPDX-License-Identifier: EUPL-1.2
// Starts the client: texts, session, then the view of the address. A view is a module of its own, fetched when it is first opened.
import { html, render, useEffect, useErrorBoundary, useState } from "./html.js";
import { views } from "./views.js";
import { place, fits, navigate, startRouter } from "./router.js";
import { ended, leave, mark, session, startSession } from "./session.js";
import { useStore } from "./store.js";
import { language, loadTexts, startTexts, t } from "./text.js";
import { Head, Foot } from "./frame.js";
import { Failed, startToasts, Toasts, Waiting, Page } from "./ui.js";

function find(path) {
  for (const view of views) {
    const params = fits(view.path, path);
    if (params) return { view, params };
  }
  return null;
}

async function fetchView(view) {
  const [module] = await Promise.all([import(`../${view.module}`), loadTexts(view.module.split("/")[0])]);
  return module[view.name ?? "default"];
}

function View({ view, params }) {
  const [loaded, setLoaded] = useState(null), [problem, setProblem] = useState(null);
  const [broken] = useErrorBoundary((failure) => console.error(failure)); // a fault of ours, while it is drawn
  useEffect(() => {
    let mine = true;
    setProblem(null);
    fetchView(view).then(
      (component) => mine && setLoaded({ view, component }),
      (failure) => mine && (outdated() || setProblem(failure)),
    );
    return () => (mine = false);
  }, [view]);
  if (problem ?? broken) return html`<${Page} title=${t("problem")}><${Failed} problem=${new Error(t(problem ? "problem.load" : "problem.draw"))} again=${() => location.reload()} /><//>`;
  if (loaded?.view !== view) return html`<main id="main"><${Waiting} /></main>`;
  return html`<${loaded.component} ...${params} query=${place.get().query} />`;
}

// The service has a newer version than this page, whose modules are gone: the page is read anew, once.
function outdated() {
  if (sessionStorage.getItem("reloaded") === import.meta.url) return false;
  sessionStorage.setItem("reloaded", import.meta.url);
  location.reload();
  return true;
}

// Fetched when it is needed: it brings all that forms need.
function Ended() {
  const open = useStore(ended), [shown, setShown] = useState(null);
  useEffect(() => {
    if (open && !shown) import("./ended.js").then((module) => setShown(() => module.Ended), () => leave({ tell: false }));
  }, [open]);
  return shown && html`<${shown} />`;
}

function App() {
  const here = useStore(place), who = useStore(session);
  useStore(language);
  const found = find(here.path);
  const signIn = found && !found.view.open && who === null;
  useEffect(() => {
    if (signIn) navigate(`/app/signin?to=${encodeURIComponent(here.path + location.search)}`, { replace: true });
  }, [signIn, here]);
  const key = found && `${mark(who)} ${found.view.path} ${JSON.stringify(found.params)}`; // for another, it begins anew
  return html`
    <a class="skip" href="#main">${t("skip")}</a>
    <${Head} />
    ${!found ? html`<${Page} title=${t("lost")}><p><a href="/app">${t("lost.home")}</a></p><//>`
      : signIn ? html`<main id="main"><${Waiting} /></main>`
      : html`<${View} key=${key} ...${found} />`}
    <${Foot} />
    <${Toasts} /><${Ended} />`;
}

const root = document.getElementById("app");
startRouter();
startToasts();
try {
  const first = find(place.get().path);
  if (first) fetchView(first.view).catch(() => {}); // meanwhile; a fault is seen when it is opened
  await startSession(startTexts());
  render(html`<${App} />`, root);
} catch (problem) {
  console.error(problem);
  root.textContent = "Entregent ne répond pas ; réessayez dans un instant. · Entregent does not answer; try again in a moment.";
}
