// SPDX-License-Identifier: EUPL-1.2
// What stands above and below every page: where one can go, by what one's organisation is.
import { html } from "./html.js";
import { navigate, place } from "./router.js";
import { call } from "./api.js";
import { is, isModerator, organisations, session, setSession, signOut } from "./session.js";
import { useStore } from "./store.js";
import { language, setLanguage, t } from "./text.js";
import { Button } from "./ui.js";

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
  ["/app/moderation", "nav.moderation", isModerator()],
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

export function Head() {
  const who = useStore(session);
  const other = useStore(language) === "fr" ? "en" : "fr";
  return html`<header class="top no-print"><div>
    <a class="mark" href=${who ? "/app" : "/"} target=${who ? undefined : "_self"}>Entregent</a>
    <nav aria-label=${t("nav")}>
      ${who?.organisation && places().filter(([, , shown]) => shown).map(([to, text]) => html`<a href=${to} aria-current=${current(to)}>${t(text)}</a>`)}
      ${who && !who.organisation && isModerator() && html`<a href="/app/moderation" aria-current=${current("/app/moderation")}>${t("nav.moderation")}</a>`}
    </nav>
    <div class="row">
      <${Button} class="small" lang=${other} onClick=${() => change(other)}>${other === "en" ? "English" : "Français"}<//>
      ${who === null && html`<a class="button small" href="/app/signin">${t("signin")}</a>`}
      ${who && organisations(who).length > 1 && html`<${Switch} who=${who} />`}
      ${who && html`<a href="/app/account" aria-current=${current("/app/account")}>${who.person.name}</a>
        <${Button} class="small" onClick=${async () => (await signOut(), navigate("/app/signin"))}>${t("signout")}<//>`}
    </div>
  </div></header>`;
}

// In whose name one acts.
const Switch = ({ who }) => html`<select aria-label=${t("switch")} style=${{ width: "auto", maxWidth: "100%", minHeight: "2rem", padding: ".1rem .4rem" }}
  onChange=${async (e) => (await setSession((await call("PUT", "/v1/session", { body: { organisation: e.target.value } })).data), navigate("/app"))}>
  ${organisations(who).map((o) => html`<option value=${o.id} selected=${o.id === who.organisation?.id}>${o.name}</option>`)}
</select>`;

export const Foot = () => html`<footer class="foot no-print"><ul>
  <li><a href="/" target="_self">Entregent</a></li>
  <li><a href="/needs" target="_self">${t("foot.needs")}</a></li>
  <li><a href="/privacy" target="_self">${t("foot.privacy")}</a></li>
  <li><a href="/accessibility" target="_self">${t("foot.accessibility")}</a></li>
  <li><a href="/openapi.json" target="_self">API</a></li>
</ul></footer>`;
