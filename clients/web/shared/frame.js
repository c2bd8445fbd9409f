// SPDX-License-Identifier: EUPL-1.2
// What stands above and below every page: where one can go, by what one's organisation is.
import { html, useEffect, useState } from "./html.js";
import { navigate, place } from "./router.js";
import { call } from "./api.js";
import { is, isModerator, organisations, session, setSession, signOut } from "./session.js";
import { useStore } from "./store.js";
import { language, setLanguage, t } from "./text.js";
import { Button, Dialog } from "./ui.js";

// [address, text, whether it is shown]
const places = () => [
  ["/app", "nav.home", true],
  ["/app/needs", "nav.needs", is("buyer")],
  ["/app/matches", "nav.matches", is("supplier")],
  ["/app/offer", "nav.offer", is("supplier")],
  ["/app/conventions", "nav.conventions", is("organiser")],
  ["/app/open", "nav.open", true],
  ["/app/alerts", "nav.alerts", true],
  ["/app/participations", "nav.participations", true],
  ["/app/organisation", "nav.organisation", true],
];

const current = (to) => {
  const path = place.get().path;
  return path === to ? "page" : to !== "/app" && path.startsWith(`${to}/`) ? "true" : undefined;
};

async function change(next) {
  await setLanguage(next);
  const who = session.get();
  if (who) await call("PUT", "/v1/person", { body: { name: who.person.name, language: next } });
}

const Place = ({ to, text }) => html`<a href=${to} aria-current=${current(to)}>${t(text)}</a>`;

// On a narrow screen all but the language is behind a button.
export function Head() {
  const who = useStore(session), { path } = useStore(place);
  const other = useStore(language) === "fr" ? "en" : "fr";
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return html`<header class=${`top app no-print ${open ? "open" : ""}`} onKeyDown=${(e) => e.key === "Escape" && setOpen(false)}><div>
    <a class="mark" href=${who ? "/app" : "/"} target=${who ? undefined : "_self"}>Entregent</a>
    <div class="row">
      <${Button} class="small" lang=${other} onClick=${() => change(other)}>${other === "en" ? "English" : "Français"}<//>
      ${who === null && html`<a class="button small" href="/app/signin">${t("signin")}</a>`}
      ${who && html`<button type="button" class="small menu" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>${t("menu")}</button>`}
    </div>
    ${who && html`<div class="row folds">
      ${organisations(who).length > 1 && html`<${Switch} who=${who} />`}
      ${isModerator() && html`<${Place} to="/app/moderation" text="nav.moderation" />`}
      <a href="/app/account" aria-current=${current("/app/account")}><span class="hidden">${t("nav.account")}${t("colon")}</span>${who.person.name}</a>
      <${Button} class="small" onClick=${async () => (await signOut(), navigate("/app/signin"))}>${t("signout")}<//>
    </div>`}
    ${who?.organisation && html`<nav class="folds" aria-label=${t("nav")}>${places().filter(([, , shown]) => shown).map(([to, text]) => html`<${Place} to=${to} text=${text} />`)}</nav>`}
  </div></header>`;
}

// In whose name one acts.
function Switch({ who }) {
  const [open, setOpen] = useState(false);
  const act = async (id) => {
    await setSession((await call("PUT", "/v1/session", { body: { organisation: id } })).data);
    setOpen(false);
    navigate("/app");
  };
  return html`<button type="button" class="small" onClick=${() => setOpen(true)}><span class="hidden">${t("switch")}${t("colon")}</span>${who.organisation?.name ?? t("switch")} <span aria-hidden="true">▾</span></button>
    <${Dialog} open=${open} title=${t("switch")} onClose=${() => setOpen(false)}>
      <ul class="plain">${organisations(who).map((o) => html`<li key=${o.id} class="row"><${Button} aria-current=${o.id === who.organisation?.id ? "true" : undefined} onClick=${() => act(o.id)}>${o.name}<//></li>`)}</ul>
      <p><button type="button" onClick=${() => setOpen(false)}>${t("cancel")}</button></p>
    <//>`;
}

export const Foot = () => html`<footer class="foot no-print"><ul>
  <li><a href="/" target="_self">Entregent</a></li>
  <li><a href="/needs" target="_self">${t("foot.needs")}</a></li>
  <li><a href="/privacy" target="_self">${t("foot.privacy")}</a></li>
  <li><a href="/accessibility" target="_self">${t("foot.accessibility")}</a></li>
  <li><a href="/openapi.json" target="_self">API</a></li>
</ul></footer>`;
