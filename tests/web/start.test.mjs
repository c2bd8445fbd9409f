// SPDX-License-Identifier: EUPL-1.2
// The frame: who is signed in sees home in both languages, who is not is asked to sign in, and an address that is none says so.
import { api, becomes, check, equal, go, mail, open, people, run, settled, shots, sql, stage, until } from "./world.mjs";

async function home() {
  const page = await open("buyer", { path: "/app" });
  equal(await page.textContent("h1"), "Bonjour Ada Dupont");
  equal(await page.getAttribute("html", "lang"), "fr");
  await shots(page, "home");
  await page.click("text=English");
  await page.waitForSelector("h1:has-text('Hello Ada Dupont')");
  await page.reload();
  await settled(page);
  equal(await page.textContent("h1"), "Hello Ada Dupont", "the language is kept");
  equal(await page.getAttribute("html", "lang"), "en");
  await page.click("text=Français");
  await page.waitForSelector("h1:has-text('Bonjour')");
}

// A supplier that has described nothing yet is told where to begin; a new organiser what it waits for.
async function first() {
  sql(`update organisation set declared = '{organiser}' where id = '${people.supplier.organisation}'`);
  const page = await open("supplier", { path: "/app" });
  await page.waitForSelector("main .note >> text=attend un modérateur");
  await shots(page, "home-first");
  await page.click("main >> text=Décrivez d'abord votre offre");
  await page.waitForSelector("h1:has-text('offre')");
  sql(`update organisation set declared = '{}' where id = '${people.supplier.organisation}'`);
}

async function signedOut() {
  const page = await open(null, { path: "/app?x=1" });
  await page.waitForSelector("h1:has-text('Se connecter')");
  check(page.url().includes("to=%2Fapp%3Fx%3D1"), page.url());
  await shots(page, "signin");
  await page.fill("input[type=email]", "buyer@exemple.fr");
  await page.fill("input[type=password]", "pas le bon mot de passe");
  await page.click("button:has-text('Se connecter')");
  await page.waitForSelector("[role=alert]");
  await becomes(() => page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "the summary has the focus");
}

async function lost() {
  const page = await open("supplier");
  await go(page, "/app/needs/%ff");
  equal(await page.textContent("h1"), "Cette page n'existe pas");
  await go(page, "/app/nowhere/at/all");
  equal(await page.textContent("h1"), "Cette page n'existe pas");
  await page.click("main a");
  await page.waitForSelector("h1:has-text('Bonjour')");
  await becomes(() => page.evaluate(() => document.activeElement.tagName), "H1", "the heading has the focus after a link");
}

// Signed in by a mailed link, in a tab of its own.
async function signIn(context, { email }) {
  await context.request.post("/v1/tickets/signin", { data: { email } });
  const link = (await mail(email, "/ticket")).match(/\/ticket\?t=[\w-]+/)[0], tab = await context.newPage();
  await tab.goto(link);
  await tab.click("main button");
  await tab.click("main a[href='/app']");
  await tab.waitForSelector("h1:has-text('Bonjour')");
  return tab;
}

// A browser has one session for all its tabs: what one does, all have done, and nobody's words are mixed with another's.
async function tabs() {
  const first = await open(null, { path: "/app/signin", expected: ["status of 403"] }), context = first.context();
  const second = await signIn(context, people.otherbuyer);
  await first.waitForSelector("h1:has-text('Bonjour Bruno Roche')");
  await go(first, "/app/needs/new");
  await first.fill("main input[type=text]", "Un besoin du département");
  await second.click("text=Se déconnecter");
  await first.waitForSelector("h1:has-text('Se connecter')");
  check(!(await first.content()).match(/Bruno|Allier|Un besoin/), "nothing of who was there is left");
  await first.goBack();
  await first.waitForSelector("h1:has-text('Se connecter')");
  check(!(await first.content()).match(/Bruno|Allier/), "nor behind the back button");

  await context.addCookies([{ name: "__Host-entregent", value: people.buyer.cookie, url: stage.server.replace("http:", "https:"), secure: true, httpOnly: true, sameSite: "Lax" }]);
  await go(second, "/app");
  await go(first, "/app/organisation");
  check((await first.textContent("header")).includes("Ada Dupont"), "the first is hers");
  await context.addCookies([{ name: "__Host-entregent", value: people.supplier.cookie, url: stage.server.replace("http:", "https:"), secure: true, httpOnly: true, sameSite: "Lax" }]);
  await go(second, "/app");
  await first.waitForSelector("h1:has-text('Bonjour Zoé Martin')");

  // Without a word between tabs: the service refuses, and the page begins anew.
  const ada = await open("buyer", { path: "/app", expected: ["status of 409"] });
  await ada.context().addCookies([{ name: "__Host-entregent", value: people.supplier.cookie, url: stage.server.replace("http:", "https:"), secure: true, httpOnly: true, sameSite: "Lax" }]);
  await ada.click("nav a:has-text('Organisation')");
  await ada.waitForSelector("h1:has-text('Bonjour Zoé Martin')");
}

// Words that would be elements, attributes or formulas are words, in every page that shows them.
async function hostile() {
  const words = `"'><img src=x onerror=alert(1)><script>alert(2)</script><!-- =1+1`;
  const offer = { description: words, seat: "commune:63113", capabilities: [{ title: words.slice(0, 100), cpv: "90910000", areas: ["FR"], keywords: [words.slice(0, 40)] }] };
  await api("supplier", "PUT", "/v1/offer", offer);
  const post = () => api("buyer", "POST", "/v1/needs", { kind: "devis", title: words, description: words, deadline: "2049-05-18T12:00:00+02:00", places: ["commune:63113"], lots: [{ number: 1, title: words, cpv: ["90911200"], criteria: [words] }] });
  const need = await post();
  await post();
  await until(async () => (await api("supplier", "GET", "/v1/offer/needs")).items.length === 2, "both are found");
  await api("supplier", "POST", `/v1/needs/${need.id}/interested`, { message: words });
  const alert = await api("supplier", "POST", "/v1/alerts", { name: words, places: ["FR"], words: ["entretien"] });
  const meetings = await api("organiser", "POST", "/v1/conventions", { name: words, description: words, place: words, public: true, tables: [words.slice(0, 40)], sessions: [{ name: words.slice(0, 60), start: "2049-03-02T09:00:00+01:00", slots: 2, minutes: 20 }] });
  await api("organiser", "POST", `/v1/conventions/${meetings.id}/state`, { state: "open" });
  const guest = await api("organiser", "POST", `/v1/conventions/${meetings.id}/participants`, { name: words, company: words, email: "x@exemple.fr", side: "supplier" });
  const { links } = await api("organiser", "GET", `/v1/participants/${guest.id}`);
  const seen = { null: ["/", "/needs", `/needs/${need.id}`, `/conventions/${meetings.id}`, new URL(links.badge).pathname, new URL(links.sheet).pathname],
    buyer: ["/app", "/app/needs", `/app/needs/${need.id}`, `/app/needs/${need.id}/edit`], supplier: ["/app", "/app/matches", `/app/matches/${need.id}`, "/app/offer", "/app/alerts", `/app/alerts/${alert.id}`, `/app/open/${need.id}`],
    organiser: ["/app/conventions", `/app/conventions/${meetings.id}`, `/app/conventions/${meetings.id}/settings`, `/app/conventions/${meetings.id}/people`, `/app/conventions/${meetings.id}/people/${guest.id}`, `/v1/conventions/${meetings.id}/sheets`] };
  for (const [who, paths] of Object.entries(seen)) {
    const page = await open(who === "null" ? null : who);
    page.on("dialog", (dialog) => check(false, "it ran:", dialog.message()));
    for (const path of paths) {
      await go(page, path);
      check((await page.content()).includes("onerror=alert"), `${path} does not say it`);
      equal(await page.locator("img[src=x], [onerror], script:not([src])").count(), 0, path);
    }
    await page.context().close();
  }
  const rows = await (await fetch(`${stage.server}/v1/needs/${need.id}/matches?format=csv`, { headers: { Authorization: `Bearer ${people.buyer.token}` } })).text();
  check(rows.includes("onerror=alert") && !/(^|;)"?[=+@-]/m.test(rows), "no cell is a formula", rows);
}

// What a page opens with comes at once: the shell names all its modules. With nothing kept, that is few bytes.
async function opening() {
  for (const [who, path, most] of [["buyer", "/app", 42], ["buyer", "/app/needs/new", 60], ["supplier", "/app/matches", 56], ["supplier", "/app/offer", 70], ["organiser", "/app/conventions", 56]]) {
    const page = await open(who);
    const session = await page.context().newCDPSession(page), asked = [];
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await session.send("Network.enable");
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await go(page, path);
    const named = [...(await (await page.request.get(path)).text()).matchAll(/<(?:link rel="modulepreload" href|script type="module" src)="([^"]+)"/g)].map((m) => m[1]);
    equal(asked.filter((a) => /\.js$/.test(a)).sort(), named.sort(), `${path}: what is loaded is what is named`);
    console.log(`     ${path}: ${bytes} bytes over the wire`);
    check(bytes > 0 && bytes <= most * 1024, `${path}: ${bytes} bytes`);
    await page.context().close();
  }
}

await run(home, first, signedOut, lost, tabs, opening, hostile);
