// SPDX-License-Identifier: EUPL-1.2
// Pages that everybody may read, without a script: start, search, one need, a convention, what is declared; in both languages.
import { api, check, equal, mail, open, people, run, shots, sql, stage, until } from "./world.mjs";

const PLAIN = { javaScriptEnabled: false, expected: ["status of 410"] };
const FIRST_MOST = 40 * 1024; // bytes of the first page over the wire, with all it needs

const need = (title, more = {}) => ({
  kind: "devis", title, description: "Des locaux de 400 m².\n\nUn passage par semaine <b>au moins</b>.", deadline: "2049-05-18T12:00:00+02:00", places: ["commune:63113"],
  lots: [{ number: 1, cpv: ["90911200"], value: { min: 10000, max: 40000 }, services: ["services"], reserved: ["L2113-13"], criteria: ["produits écolabellisés"] }], ...more,
});
const visit = async (page, path, status = 200) => {
  const answer = await page.goto(path);
  equal(answer.status(), status, path);
  return answer;
};
// axe itself is a script: it looks at the same address in a page that may have one.
const look = async (page, name) => shots(await open(null, { path: page.url(), expected: ["status of 410"] }), name);
const titles = (page) => page.locator("main li.card h3").allTextContents();

async function searched() {
  await api("buyer", "POST", "/v1/needs", need("Nettoyage des écoles"));
  await api("otherbuyer", "POST", "/v1/needs", need("Tonte des pelouses", { places: ["departement:03"], lots: [{ number: 1, cpv: ["77310000"] }] }));
  await until(async () => (await (await fetch(`${stage.server}/needs`, { headers: { "Accept-Language": "fr" } })).text()).includes("Tonte"), "both needs to be found");
  const page = await open(null, PLAIN);
  await visit(page, "/");
  equal(await titles(page), ["Tonte des pelouses", "Nettoyage des écoles"], "the latest first");
  equal(await page.getAttribute("html", "lang"), "fr");
  await look(page, "public-start");
  await page.click("text=Chercher parmi tous");
  await look(page, "public-needs");
  await page.fill("#q", "nettoyages");
  await page.click("main button");
  equal(await titles(page), ["Nettoyage des écoles"], "by a word");
  await page.fill("#q", "");
  await page.fill("#place", "moulins");
  await page.click("main button");
  equal(await titles(page), ["Tonte des pelouses"], "by a place");
  await page.fill("#place", "");
  await page.selectOption("#cpv", "90000000");
  await page.click("main button");
  equal(await titles(page), ["Nettoyage des écoles"], "by a field");
  await page.selectOption("#cpv", "");
  await page.check("[name=reserved]");
  await page.click("main button");
  equal(await titles(page), ["Nettoyage des écoles"], "by reservation");
  equal(await page.textContent("main h2"), "1 besoin ouvert");
  await page.fill("#place", "Nulle-Part-sur-Rien");
  await page.click("main button");
  check((await page.textContent("#place-wrong")).includes("pas connu"), "a place that is none is said");
  await look(page, "public-none");
  await visit(page, "/needs?q=zzz&lang=en");
  check((await page.textContent("main .empty")).includes("No open need fits"), "nothing found");
}

async function oneNeed() {
  const { id } = await api("buyer", "POST", "/v1/needs", need("Entretien des vitres", { blocked: [people.supplier.siret] }));
  const page = await open(null, PLAIN);
  const answer = await visit(page, `/needs/${id}`);
  equal(answer.headers()["cache-control"], "public, max-age=60");
  const text = await page.textContent("main");
  for (const said of ["Ville de Clermont-Ferrand", "18 mai 2049", "Clermont-Ferrand", "Nettoyage de bâtiments", "10 000 à 40 000 € HT", "Réservé aux structures d'insertion", "produits écolabellisés", "<b>au moins</b>"])
    check(text.replace(/\u00a0/g, " ").includes(said), "not said:", said);
  check(!text.includes(people.supplier.siret), "who is blocked is the buyer's secret");
  equal(await page.getAttribute("main a.button.main", "href"), `/app/open/${id}`);
  equal(await page.getAttribute("meta[property='og:title']", "content"), "Entretien des vitres", "the preview of a link that is passed on");
  equal(await page.getAttribute("link[rel=canonical]", "href"), `${stage.server}/needs/${id}`);
  equal(await page.getAttribute("[itemtype='https://schema.org/Demand'] [itemprop=availabilityEnds]", "content"), "2049-05-18T10:00:00Z", "what programs read");
  await look(page, "public-need");
  await page.click("header >> text=English");
  equal(await page.getAttribute("html", "lang"), "en");
  check((await page.textContent("main")).includes("Responses until"), "in English");
  await look(page, "public-need-en");
  equal(await page.locator("link[hreflang=fr]").getAttribute("href"), `${stage.server}/needs/${id}?lang=fr`);
  await page.click("main >> text=All open needs");
  equal(await page.textContent("h1"), "Open needs", "the choice of language is kept");
  await api("buyer", "POST", `/v1/needs/${id}/close`);
  await visit(page, `/needs/${id}?lang=fr`, 410);
  equal(await page.textContent("h1"), "Ce besoin n'est plus ouvert");
  await look(page, "public-gone");
  await visit(page, "/needs/00000000-0000-7000-8000-000000000000", 404);
  await visit(page, "/needs/nonsense", 404);
  await visit(page, "/nowhere", 404);
  equal(await page.textContent("h1"), "Cette page n'existe pas");
}

// Of drafts, of what waits, of a suspended organisation: nothing.
async function hidden() {
  const draft = await api("buyer", "POST", "/v1/needs?draft=1", need("Brouillon secret"));
  const own = await api("otherbuyer", "POST", "/v1/needs", need("Besoin d'un suspendu"));
  sql(`update organisation set suspended = now() where id = '${people.otherbuyer.organisation}'`);
  const page = await open(null, PLAIN);
  await visit(page, `/needs/${draft.id}`, 404);
  await visit(page, `/needs/${own.id}`, 404);
  await visit(page, "/needs");
  check(!(await page.textContent("main")).includes("secret"), "drafts are not listed");
  check(!(await page.textContent("main")).includes("suspendu"), "nor is what a suspended organisation posted");
  check(!(await (await page.request.get("/sitemap.xml")).text()).includes(own.id), "nor in the map");
  sql(`update organisation set suspended = null where id = '${people.otherbuyer.organisation}'`);
}

async function pages() {
  const page = await open(null, PLAIN);
  for (let i = 0; i < 22; i++) await api("buyer", "POST", "/v1/needs", need(`Série ${i}`));
  await until(async () => (await (await page.request.get("/needs?q=s%C3%A9rie")).text()).includes("Série 21"), "the last of them");
  await visit(page, "/needs?q=s%C3%A9rie");
  equal((await titles(page)).length, 20);
  await page.click("main a[rel=next]");
  equal(await titles(page), ["Série 1", "Série 0"], "page after page");
}

const CONVENTION = {
  name: "Rendez-vous du Livradois", description: "Une matinée.", place: "Ambert", public: true, mode: "organiser", acceptance: true,
  sessions: [{ name: "matin", start: "2049-03-02T09:00:00+01:00", slots: 6, minutes: 20 }], tables: ["T1", "T2"],
};

async function convention() {
  const { id } = await api("organiser", "POST", "/v1/conventions", CONVENTION);
  const page = await open(null, PLAIN);
  await visit(page, `/conventions/${id}`, 404);
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  await api("organiser", "POST", `/v1/conventions/${id}/participants`, { name: "Anne Discrète", email: "anne@exemple.fr", side: "buyer" });
  await visit(page, `/conventions/${id}`);
  const text = await page.textContent("main");
  for (const said of ["Ambert", "CRESS Auvergne-Rhône-Alpes", "mardi 2 mars 2049", "09:00–11:00"]) check(text.includes(said), "not said:", said);
  check(!text.includes("Discrète"), "people are not named");
  check(await page.isVisible("[itemtype$=BusinessEvent] [itemprop=startDate]") && text.includes("demandez-la à CRESS Auvergne-Rhône-Alpes"), "for programs, and how to take part");
  await look(page, "public-convention");
  const closed = await api("organiser", "POST", "/v1/conventions", { ...CONVENTION, public: false });
  await api("organiser", "POST", `/v1/conventions/${closed.id}/state`, { state: "open" });
  await visit(page, `/conventions/${closed.id}`, 404);
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "cancelled" });
  await visit(page, `/conventions/${id}?lang=fr`, 410);
}

async function declared() {
  const page = await open(null, PLAIN);
  for (const [path, fr, en] of [["/privacy", "1095 jours", "1095 days"], ["/accessibility", "Défenseur des droits", "not conforming"]]) {
    await visit(page, path);
    check((await page.textContent("main")).includes(fr), path, fr);
    await look(page, `public${path.replace("/", "-")}`);
    await visit(page, `${path}?lang=en`);
    check((await page.textContent("main")).includes(en), path, en);
    await look(page, `public${path.replace("/", "-")}-en`);
  }
}

// Every link of every public page leads somewhere; a robot finds them.
async function links() {
  const page = await open(null, PLAIN);
  const seen = new Set(), next = ["/", "/?lang=en", "/sitemap.xml", "/robots.txt"];
  const map = await (await page.request.get("/sitemap.xml")).text();
  for (const [, path] of map.matchAll(/<loc>[^<]*?(\/[^/<]*(?:\/[^/<]*)?)<\/loc>/g)) next.push(path.startsWith("/127") ? "/" : path);
  while (next.length) {
    const path = next.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await page.request.get(path);
    check(answer.ok(), path, answer.status());
    if (!/text\/html/.test(answer.headers()["content-type"]) || path.startsWith("/app")) continue;
    const text = (await answer.text()).replaceAll("&amp;", "&");
    for (const [, href] of text.matchAll(/<(?:a|link)\b[^>]*? href="(\/[^"]*)"/g)) if (!seen.has(href) && seen.size < 300) next.push(href);
  }
  check(seen.size > 20, `${seen.size} addresses`);
}

// The first page with all it needs, cold.
async function bytes() {
  const page = await open(null, PLAIN);
  const session = await page.context().newCDPSession(page);
  let sum = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (sum += encodedDataLength));
  await session.send("Network.enable");
  await visit(page, "/");
  await page.waitForLoadState("networkidle");
  console.log(`     first page: ${sum} bytes over the wire`);
  check(sum > 0 && sum <= FIRST_MOST, `${sum} bytes`);
  equal((await page.request.head("/")).status(), 200, "HEAD");
}

// Where mailed links lead: the same head and foot; what was pressed leads on.
async function mailed() {
  const page = await open(null, PLAIN);
  for (const path of ["/ticket", "/answer", "/unsubscribe", "/checkin"]) {
    await visit(page, `${path}?t=nonsense`, 404);
    await look(page, `mailed${path.replace("/", "-")}`);
  }
  await visit(page, "/ticket?t=nonsense", 404);
  equal(await page.getAttribute("main a.button", "href"), "/app/signin", "the way to another link");
  await api(null, "POST", "/v1/signup", { siret: "73282932000074", name: "Nora Petit", email: "nora@exemple.fr", organisation: "Mairie de Riom", kinds: ["buyer"] });
  const link = new URL(/https?:\S+\/ticket\?t=[\w.~-]+/.exec(await mail("nora@exemple.fr", "/ticket"))[0]);
  await visit(page, link.pathname + link.search);
  await look(page, "mailed-signup");
  await page.click("header >> text=English");
  equal(await page.textContent("h1"), "Confirm your address");
  await page.fill("#password", "court");
  await page.click("main button");
  equal(await page.getAttribute("#password", "aria-describedby"), "wrong", "what is wrong is said of the field");
  await page.fill("#password", "trois chevaux au pré");
  await page.click("main button");
  check((await page.textContent("[role=status]")).includes("you are signed in"), "the language is kept");
  equal(await page.getAttribute("main a.button", "href"), "/app", "the way on");
}

// By the form, and then without what the page has of it.
async function signUp() {
  const page = await open(null, PLAIN);
  await visit(page, "/");
  await page.fill("#siret", "216 301 135 00010");
  await Promise.all([page.waitForURL(/\/app\/signup\?siret=/), page.click("aside button")]);
}

// Who comes with a session is not asked to sign in or up; no cache keeps that for others.
async function known() {
  const page = await open("buyer", PLAIN);
  const answer = await visit(page, "/");
  equal(answer.headers()["cache-control"], "private, no-cache");
  equal(await page.locator("#siret").count(), 0);
  equal(await page.locator("text=Se connecter").count(), 0);
  equal(await page.getAttribute(".ways a.button", "href"), "/app/needs/new");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: `${stage.shots}/public-known-1280.png`, fullPage: true });
  equal(await page.getAttribute("header a.button.main", "href"), "/app");
}

// A fault behind the page is said by a page.
async function faults() {
  const page = await open(null, { ...PLAIN, expected: ["status of 500"] });
  await api(null, "POST", "/v1/tickets/signin", { email: people.buyer.email });
  const link = new URL(/https?:\S+\/ticket\?t=[\w.~-]+/.exec(await mail(people.buyer.email, "/ticket"))[0]);
  sql("alter table ticket rename to ticket_away");
  await visit(page, link.pathname + link.search, 500);
  equal(await page.textContent("h1"), "Cela n'a pas marché");
  sql("alter table ticket_away rename to ticket");
  await page.click("main a.button");
  equal(await page.textContent("h1"), "Se connecter", "again");
}

// What was looked for, mailed to an address without an account.
async function alert() {
  const page = await open(null, { path: "/needs?q=vitres&place=Clermont-Ferrand&reserved=1" });
  await page.click("main .note a");
  await page.waitForSelector("h1:has-text('Être prévenu par courriel')");
  await page.waitForSelector(".chips >> text=Clermont-Ferrand");
  await shots(page, "ask");
  await page.click("main form button.main");
  await page.waitForSelector("#f-email-wrong");
  await page.fill("#f-email", "curieuse@exemple.fr");
  await page.click("main form button.main");
  await page.waitForSelector("h1:has-text('Un courriel est en route')");
  const link = new URL(/https?:\S+\/ticket\?t=[\w.~-]+/.exec(await mail("curieuse@exemple.fr", "/ticket"))[0]);
  await visit(page, link.pathname + link.search);
  await page.click("main button");
  equal(sql("select body ->> 'words' from alert where email = 'curieuse@exemple.fr'"), '["vitres"]');
}

await run(known, faults, alert, searched, oneNeed, hidden, pages, convention, declared, links, bytes, mailed, signUp);
