// SPDX-License-Identifier: EUPL-1.2
// Who takes part in a convention: by its secret page on a telephone, without a script; and signed in, live.
import { api, check, equal, go, open, people, run, settled, shots, sql, until } from "./world.mjs";

const BOOK = {
  place: "Ambert", public: true, mode: "acceptance", acceptance: true,
  sessions: [{ name: "matin", start: "2049-03-02T09:00:00+01:00", slots: 4, minutes: 20 }], tables: ["T1", "T2"],
};

async function convention(name, more = {}) {
  const { id } = await api("organiser", "POST", "/v1/conventions", { ...BOOK, name, ...more });
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  return id;
}
const add = async (id, name, email, side, company, invite = "") => (await api("organiser", "POST", `/v1/conventions/${id}/participants${invite}`, { name, email, side, company })).id;
const badge = async (id) => new URL((await api("organiser", "GET", `/v1/participants/${id}`)).links.badge).pathname;
const asked = (path, whom, message) => api(null, "POST", `/v1/badges/${path.split("/badge/")[1]}/requests`, { with: whom, message });
const look = async (page, name) => shots(await open(null, { path: page.url() }), name);
const text = (page) => page.textContent("main");

async function telephone() {
  const id = await convention("Rendez-vous du Livradois");
  const anne = await add(id, "Anne Martin", "anne@exemple.fr", "buyer", "Mairie d'Ambert", "?invite=1");
  const bob = await add(id, "Bob Petit", "bob@exemple.fr", "supplier", "Atelier du Puy");
  const carl = await add(id, "Carl Roux", "carl@exemple.fr", "supplier", "Les Vitres Claires");
  const path = await badge(anne);
  await asked(await badge(carl), anne, "Un devis pour l'école ?");
  const page = await open(null, { javaScriptEnabled: false, width: 320 });
  await page.goto(path);
  check((await text(page)).includes("dites si vous venez"), "invited");
  await look(page, "badge-invited");
  await page.uncheck("input[name=slot1]");
  await page.click("button[value=come]");
  check((await page.textContent("[role=status]")).includes("Votre présence est enregistrée"), "said");
  await page.click("button[value=accept]");
  check((await page.textContent("[role=status]")).includes("acceptée"), "said");
  equal(await page.textContent("section.card .big"), "09:20–09:40", "the next meeting stands first, and not at the hour that was unticked");
  check((await page.textContent("section.card")).includes("Carl Roux, Les Vitres Claires"), "with whom");
  await page.fill("input[name=q]", "puy");
  await page.click("text=Chercher");
  await page.fill("input[name=message]", "Parlons de la cantine.");
  await page.click("button[value=ask]");
  check((await page.textContent("[role=status]")).includes("partie"), "said");
  check((await text(page)).includes("attend une réponse"), "it waits");
  await page.goto(path);
  check(/À jour à \d\d:\d\d/.test(await text(page)), "how old it is");
  await look(page, "badge");
  await page.click("text=Mon QR code");
  check(await page.isVisible(".qr svg") && (await text(page)).includes("à partir de quatre heures avant"), "its code, before the day");
  await look(page, "checkin");
  await page.goto(path);
  await page.click("header >> text=English");
  check((await text(page)).includes("Next meeting"), "in English");
  await page.click("button[value=refuse]");
  check((await page.textContent("[role=status]")).includes("you can still change your mind"), "the language is kept");
  await page.goto(path);
  await page.click("summary:has-text('Je me retire')");
  await page.click("button[value=withdraw]");
  check((await text(page)).includes("vos rendez-vous sont annulés"), "gone");
  await look(page, "badge-withdrawn");
  await page.click("button[value=return]");
  check((await text(page)).includes("Vous venez."), "back");
}

async function signedIn() {
  const id = await convention("Rendez-vous de Thiers");
  const me = await add(id, people.supplier.name, people.supplier.email, "supplier", people.supplier.company, "?invite=1");
  const eve = await add(id, "Eve Blanc", "eve@exemple.fr", "buyer", "Mairie de Thiers");
  const guy = await add(id, "Guy Noir", "guy@exemple.fr", "buyer", "Mairie de Courpière");
  const page = await open("supplier", { path: "/app/participations" });
  await shots(page, "participations");
  await page.click("text=Rendez-vous de Thiers");
  await settled(page);
  await page.click("button:has-text('Je viens')");
  await page.waitForSelector("text=Vous venez.");
  await page.click(".toasts button[aria-label^=Fermer]");
  await shots(page, "programme");
  // Somebody asks: it shows without reload. What is answered by a slip is taken back.
  await asked(await badge(eve), me, "Un devis pour la mairie ?");
  await page.waitForSelector("#received");
  await page.click("button:has-text('Décliner')");
  await page.click(".toasts p:has-text('déclinez') button");
  await page.click("button[aria-label='Accepter de rencontrer Eve Blanc']");
  await page.waitForSelector("section.card .big:has-text('09:00–09:20')");
  // My own wish, with a word; the other accepts, and it shows.
  await page.fill("input[type=search]", "courp");
  await page.waitForFunction(() => document.querySelectorAll("[aria-labelledby=people] li").length === 1);
  await page.click("button[aria-label='Demander à rencontrer Guy Noir']");
  await page.fill("dialog textarea", "Parlons des vitres.");
  await page.selectOption("dialog select", "5");
  await shots(page, "programme-ask");
  await page.click("dialog button.main");
  await page.waitForSelector("[aria-labelledby=wishes] >> text=Guy Noir");
  const theirs = (await badge(guy)).split("/badge/")[1];
  const [wish] = (await api(null, "GET", `/v1/badges/${theirs}`)).requests;
  equal([wish.message, wish.priority ?? 5], ["Parlons des vitres.", 5], "what was asked");
  await api(null, "POST", `/v1/badges/${theirs}/answers`, { request: wish.id, answer: "accepted" });
  await page.waitForSelector("[aria-labelledby=meetings] >> text=Guy Noir");
  // When one is there.
  await page.uncheck("[aria-labelledby=attendance] input[type=checkbox] >> nth=3");
  await page.click("[aria-labelledby=attendance] button");
  await until(async () => (await api("organiser", "GET", `/v1/participants/${me}`)).absent.join() === "4", "the absence");
  await shots(page, "programme-full");
  await page.click("button:has-text('Me retirer')");
  await page.click("dialog button.main");
  await page.waitForSelector("text=vos rendez-vous sont annulés");
  await shots(page, "programme-withdrawn");
  await page.click("button:has-text('Je viens finalement')");
  await page.waitForSelector("text=Vous venez.");
}

// The organiser publishes while the page is open.
async function published() {
  const id = await convention("Rendez-vous d'Issoire", { mode: "organiser" });
  const me = await add(id, people.supplier.name, people.supplier.email, "supplier", people.supplier.company);
  const eve = await add(id, "Eve Blanc", "eve@exemple.fr", "buyer", "Mairie d'Issoire");
  const request = await api("organiser", "POST", `/v1/conventions/${id}/requests`, { first: eve, second: me });
  const page = await open("supplier", { path: `/app/participations/${me}`, language: "fr", expected: ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"] });
  check((await text(page)).includes("Aucun rendez-vous n'est placé"), "none yet");
  const draft = await api("organiser", "POST", `/v1/conventions/${id}/timetables`, { meetings: [{ id: request.id, slot: 2, table: "T2" }] });
  await api("organiser", "POST", `/v1/timetables/${draft.id}/publish`, { final: true }, { "If-Match": '"1"' });
  await page.waitForSelector("section.card .big:has-text('09:20–09:40')");
  check((await page.textContent("section.card")).includes("table T2"), "where");
  await page.context().setOffline(true);
  await page.waitForSelector("text=Pas de connexion : voici votre programme");
  check(await page.isVisible("section.card .big:has-text('09:20–09:40')"), "what was read stays");
  await page.context().setOffline(false);
  await page.waitForSelector("text=Pas de connexion", { state: "detached" });
  await page.click("header >> text=English");
  await page.waitForSelector("text=My meetings");
  await shots(page, "programme-en");
  await page.click("header >> text=Français");
  await go(page, "/app/participations/00000000-0000-7000-8000-000000000000");
  check((await text(page)).includes("n'est pas le vôtre"), "of another");
}

// The first slot has begun: what came of it is said, by the page without a script and by the other one.
async function afterwards() {
  const id = await convention("Rendez-vous de Billom", { mode: "organiser" });
  const me = await add(id, people.supplier.name, people.supplier.email, "supplier", people.supplier.company);
  const eve = await add(id, "Eve Blanc", "eve@exemple.fr", "buyer", "Mairie de Billom");
  const request = await api("organiser", "POST", `/v1/conventions/${id}/requests`, { first: eve, second: me });
  const draft = await api("organiser", "POST", `/v1/conventions/${id}/timetables`, { meetings: [{ id: request.id, slot: 1, table: "T1" }] });
  await api("organiser", "POST", `/v1/timetables/${draft.id}/publish`, { final: true }, { "If-Match": '"1"' });
  sql(`begin;
    with s as (select lower(during) as at from convention_slot where convention = '${id}' and number = 1)
    update convention_slot x set during = tstzrange(lower(x.during) + (now() - interval '5 minutes' - s.at), upper(x.during) + (now() - interval '5 minutes' - s.at)) from s where x.convention = '${id}'; commit`);
  const page = await open("supplier", { path: `/app/participations/${me}` });
  check((await text(page)).includes("Rendez-vous en cours"), "now");
  await page.click("summary:has-text('donné')");
  await page.check("[aria-labelledby=meetings] input[type=checkbox]");
  await page.selectOption("[aria-labelledby=meetings] select", "quote");
  await shots(page, "programme-outcome");
  await page.click("[aria-labelledby=meetings] form button");
  await page.waitForSelector("summary:has-text('Ce que vous en avez dit')");
  const phone = await open(null, { javaScriptEnabled: false, width: 320 });
  await phone.goto(await badge(eve));
  await phone.click("summary:has-text('donné')");
  await phone.check("input[name=met][value=false]");
  await phone.click("button[value=outcome]");
  check((await phone.textContent("[role=status]")).includes("Merci"), "said");
  const { items } = await api("organiser", "GET", `/v1/conventions/${id}/outcomes`);
  equal(items[0].outcomes.map((o) => [o.met, o.useful, o.follow_up].join()).sort(), ["false,,none", "true,true,quote"], "both sides");
}

await run(telephone, signedIn, published, afterwards);
