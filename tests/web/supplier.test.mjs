// SPDX-License-Identifier: EUPL-1.2
// The supplier: an offer from nothing to its first needs, live; why and why not; answers; alerts, ways to be told, deadlines.
// settings: webhook_networks=127.0.0.0/8
import { createServer } from "node:http";
import { accessible, api, becomes, check, equal, go, open, people, run, settled, shots, sql, until } from "./world.mjs";

const day = (days) => new Date(Date.now() + days * 86400e3).toISOString();
const post = (title, more = {}) => api("buyer", "POST", "/v1/needs", {
  kind: "devis", title, places: ["commune:63113"], deadline: day(20), lots: [{ number: 1, title: "Sols", cpv: ["90911200"] }], ...more });
const main = (page) => page.textContent("main");
const submit = (page, text) => page.click(`main form button:has-text("${text}")`);
const pick = async (page, label, words, item) => {
  await page.getByLabel(label, { exact: false }).first().fill(words);
  await page.click(`[role=option]:has-text("${item}")`);
};

// From nothing: trade, places, amounts, check; then what fits.
async function wizard() {
  await post("Nettoyage des écoles");
  const first = await open("supplier", { path: "/app" });
  await first.click("h2 a:has-text('Décrivez d')");
  await first.waitForSelector("h1:has-text('Décrire notre offre')");
  await go(first, "/app/matches");
  await first.click("text=Décrire notre offre");
  await first.waitForSelector("h1:has-text('Décrire notre offre')");
  const page = await open("supplier", { path: "/app/offer" });
  equal(await page.textContent("h1"), "Décrire notre offre");
  await submit(page, "Continuer");
  await page.waitForSelector("form [role=alert] a:has-text('Choisissez au moins un métier')");
  await page.click("form [role=alert] a");
  await becomes(() => page.evaluate(() => document.activeElement.getAttribute("role")), "combobox", "the summary leads to the field");
  await pick(page, "Votre code NAF", "nettoyage courant", "Nettoyage courant des bâtiments");
  await page.click("label:has-text('90911200')");
  await shots(page, "offer-trade");
  await submit(page, "Continuer");
  await page.waitForSelector("h2:has-text('Vos lieux')");
  await submit(page, "Continuer");
  await page.waitForSelector("form [role=alert]:has-text('au moins un lieu')");
  await pick(page, "Commune du siège", "clermont-f", "Clermont-Ferrand");
  await page.click("path[data-code='63']");
  await page.waitForSelector("text=1 département choisi");
  await page.click("summary:has-text('Auvergne-Rhône-Alpes')");
  check(await page.isChecked("label:has-text('Puy-de-Dôme') input"), "the list follows the map");
  await page.check("label:has-text('Toute la région Auvergne') input");
  await page.waitForSelector("text=12 départements choisis");
  await page.uncheck("label:has-text('Savoie (73)') input");
  await page.waitForSelector("text=11 départements choisis");
  await page.click("summary:has-text('Outre-mer')");
  await page.check("label:has-text('La Réunion') input");
  check(await page.$eval("g[data-code='974']", (e) => e.classList.contains("on")), "the map follows the list");
  await page.getByLabel("Rayon autour du siège").fill("40");
  await page.reload(); // what was begun is kept
  await page.waitForSelector("text=Nous avons repris ce que vous aviez commencé");
  await page.waitForSelector("text=12 départements choisis");
  equal(await page.getByLabel("Rayon autour du siège").inputValue(), "40");
  await page.click("button:has-text('Recommencer')");
  await page.waitForSelector("h2:has-text('Votre métier')");
  await page.click(".toasts button:has-text('Annuler')");
  await page.waitForSelector("text=12 départements choisis");
  await shots(page, "offer-places");
  await submit(page, "Continuer");
  await page.waitForSelector("h2:has-text('Montants')");
  check(await page.isChecked("label:has-text('Services') input"), "what comes with the trade is ticked");
  await page.locator("fieldset:has-text('Montants acceptés') input").nth(0).fill("90000");
  await page.locator("fieldset:has-text('Montants acceptés') input").nth(1).fill("1000");
  await page.getByLabel("Mots-clés").fill("écoles");
  await page.keyboard.press("Enter");
  await shots(page, "offer-amounts");
  await submit(page, "Continuer");
  await page.waitForSelector("h2:has-text('Vérifier')");
  await shots(page, "offer-check");
  await submit(page, "Enregistrer");
  await page.waitForSelector("h2:has-text('Montants')", "refused: the step with the fault");
  await page.waitForSelector("fieldset:has-text('Montants acceptés') .wrong");
  await page.locator("fieldset:has-text('Montants acceptés') input").nth(0).fill("1000");
  await page.locator("fieldset:has-text('Montants acceptés') input").nth(1).fill("90000");
  await submit(page, "Continuer");
  await submit(page, "Enregistrer");
  await page.waitForSelector("text=Votre offre est enregistrée");
  await page.waitForSelector("text=1 besoin ouvert vous convient");
  equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("kept"))), [], "nothing is kept of what is stored");
  await shots(page, "offer");
  const offer = await api("supplier", "GET", "/v1/offer");
  equal([offer.capabilities.length, offer.capabilities[0].cpv, offer.capabilities[0].radius, offer.capabilities[0].areas.length, offer.seat], [1, "90911200", 40, 12, "commune:63113"]);
  await page.click("text=Voir ces besoins");
  await page.waitForSelector("h2:has-text('Nettoyage des écoles')");
}

// The same without a pointer.
async function byKeyboard() {
  const page = await open("othersupplier", { path: "/app/offer" });
  const focused = () => page.evaluate(() => `${document.activeElement.id} ${(document.activeElement.closest("label, button, summary") ?? document.activeElement).textContent.slice(0, 60)}`);
  const reach = async (words) => {
    for (let i = 0; i < 150; i++) {
      await page.keyboard.press("Tab");
      if ((await focused()).includes(words)) return;
    }
    throw new Error(`the keyboard does not reach ${words}`);
  };
  const press = async (words, key) => (await reach(words), page.keyboard.press(key));
  await reach("f-naf");
  await page.keyboard.type("paysager");
  await page.waitForSelector("[role=option]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("label:has-text('7731')");
  await press("7731", "Space");
  await press("Continuer", "Enter");
  await page.waitForSelector("h2:has-text('Vos lieux')");
  await reach("f-offer-seat");
  await page.keyboard.type("moulins");
  await page.waitForSelector("[role=option]");
  await page.keyboard.press("Enter");
  await press("Bretagne", "Enter");
  await press("Toute la région Bretagne", "Space");
  await page.waitForSelector("text=4 départements choisis");
  await press("Continuer", "Enter");
  await page.waitForSelector("h2:has-text('Montants')");
  await press("Continuer", "Enter");
  await page.waitForSelector("h2:has-text('Vérifier')");
  await press("Enregistrer notre offre", "Enter");
  await page.waitForSelector("text=Votre offre est enregistrée");
  equal((await api("othersupplier", "GET", "/v1/offer")).capabilities[0].areas, ["region:53"]);
}

// Changed afterwards: another capability, undone, refused, outdated.
async function editor() {
  const page = await open("supplier", { path: "/app/offer" });
  await page.click("button:has-text('Ajouter une capacité')");
  await submit(page, "Enregistrer");
  await page.waitForSelector("form [role=alert] a:has-text('Code CPV')");
  await pick(page, "Code CPV", "espaces verts", "espaces verts");
  await shots(page, "offer-editor");
  await submit(page, "Enregistrer");
  await page.waitForSelector(".toasts :text('enregistré')");
  equal((await api("supplier", "GET", "/v1/offer")).capabilities.length, 2);
  await page.click(".toasts button:has-text('Annuler')");
  await until(async () => (await api("supplier", "GET", "/v1/offer")).capabilities.length === 1, "the undo");
  await page.waitForFunction(() => document.querySelectorAll("section.card[id]").length === 1);
  const offer = await api("supplier", "GET", "/v1/offer");
  const { id, version, organisation, created, updated, ...body } = offer;
  await api("supplier", "PUT", "/v1/offer", { ...body, description: "Propreté depuis 1998" }, { "If-Match": `"${version}"` });
  await page.getByLabel("Autres atouts").fill("Circuit court");
  await page.keyboard.press("Enter");
  await submit(page, "Enregistrer");
  await page.click("button:has-text('Reprendre la version actuelle')");
  await page.waitForFunction(() => document.querySelector("textarea").value === "Propreté depuis 1998");
  page.on("dialog", (dialog) => dialog.accept());
  await page.fill("textarea", "Propreté depuis 1897");
  await page.reload(); // what was changed and not stored is kept
  await page.waitForSelector("text=Nous avons repris vos changements");
  equal(await page.inputValue("textarea"), "Propreté depuis 1897");
  await page.click("button:has-text('Les abandonner')");
  await page.waitForFunction(() => document.querySelector("textarea").value === "Propreté depuis 1998");
}

// A need comes while the page is open; its page says why, and is told to the buyer.
async function live() {
  const page = await open("supplier", { path: "/app/matches" });
  const need = await post("Vitrerie de l'hôtel de ville", { description: "Deux fois par an.\nAvec nacelle.", lots: [{ number: 1, cpv: ["90911200"], value: { max: 20000 }, reserved: ["L2113-13"] }] });
  await page.waitForSelector("li.new h2:has-text('Vitrerie')");
  await page.waitForSelector(".tag:has-text('Nouveau')");
  await page.click("li.new summary");
  await page.waitForSelector("li.new :text('Même code CPV')");
  await shots(page, "matches");
  await page.click("h2 a:has-text('Vitrerie')");
  await page.waitForSelector("h2:has-text('Pourquoi ce besoin vous convient')");
  await page.waitForSelector(".conditions .holds");
  await shots(page, "match");
  equal((await api("buyer", "GET", `/v1/needs/${need.id}/funnel`)).seen >= 1, true, "seen is told");
  await page.click("a:has-text('Tous nos besoins')");
  await page.waitForSelector("h2:has-text('Vitrerie')"); // what awaits an answer comes first
  await page.click("nav.tabs a:has-text('Déclinés')");
  await page.waitForSelector("text=Rien ici");
  await shots(page, "matches-none");
  await page.setViewportSize({ width: 1280, height: 300 });
  await go(page, "/app/matches?show=all");
  await page.locator("main h2 a").last().click();
  await page.waitForSelector("h2:has-text('Notre réponse')");
  await page.goBack(); // to where one was in the list
  await page.waitForFunction(() => history.state.y > 0 && Math.abs(scrollY - history.state.y) <= 2);
}

// What hinders, and the change of the offer that would bring the need: made in one click, and undone.
async function whyNot() {
  const need = await post("Réfection d'une toiture", { places: ["departement:29"], lots: [{ number: 1, title: "Couverture", cpv: ["45261000"], labels: ["Qualibat"] }, { number: 2, title: "Nettoyage de fin de chantier", cpv: ["90911200"], reserved: ["L2113-12"] },
    { number: 3, title: "Vitres", cpv: ["90911200"], value: { min: 200000, max: 300000 }, services: ["works"] }] });
  const page = await open("supplier", { path: `/app/matches/${need.id}` });
  const offer = () => api("supplier", "GET", "/v1/offer");
  const lot = (title) => page.locator(`section.card:has(h3 .tag):has-text("${title}")`);
  await page.waitForSelector("h2:has-text('Pourquoi ce besoin ne vous est pas annoncé')");
  await page.waitForSelector(".hinders a:has-text('Ajouter ces lieux')");
  await page.waitForSelector(".hinders a:has-text('Seule une structure admise')"); // no change of an offer would do
  check(!(await lot("Lot 2").locator("button").count()), "nothing is proposed for a lot that is reserved to others");
  await lot("Lot 1").locator("text=seulement si vous détenez ces labels").waitFor();
  await shots(page, "match-whynot");
  await lot("Lot 3").locator("button:has-text('Changer notre offre')").click();
  await page.waitForSelector("h2:has-text('Pourquoi ce besoin vous convient')");
  await page.waitForSelector("button:has-text('Cela nous intéresse')");
  const [one] = (await offer()).capabilities;
  check(one.areas.includes("departement:29") && one.services.includes("works") && one.value.max === 300000, one);
  await page.locator(".toasts button:has-text('Annuler')").first().click();
  await until(async () => (await offer()).capabilities[0].value.max === 90000, "the undo");
  await page.waitForSelector("h2:has-text('Pourquoi ce besoin ne vous est pas annoncé')");
  await lot("Lot 1").locator("button:has-text('Changer notre offre')").click();
  await until(async () => (await offer()).capabilities.length === 2, "a capability more");
  equal((await offer()).labels, ["Qualibat"]);
  await page.locator(".toasts button:has-text('Annuler')").first().click();
  await until(async () => (await offer()).capabilities.length === 1, "the undo");
  await lot("Lot 1").locator("a:has-text('Changer autre chose')").click();
  await page.waitForSelector("h3:has-text('2.')");
  check((await main(page)).includes("45261000"), "the capability is begun");
  page.on("dialog", (dialog) => dialog.accept());
}

async function answers() {
  const [need] = (await api("supplier", "GET", "/v1/offer/needs")).items.filter((m) => m.need.title.startsWith("Nettoyage"));
  const page = await open("supplier", { path: `/app/matches/${need.need.id}` });
  const funnel = () => api("buyer", "GET", `/v1/needs/${need.need.id}/funnel`);
  await page.click("button:has-text('Cela nous intéresse')");
  await page.waitForSelector("text=L'acheteur verra le nom de Propre et Net");
  await page.getByLabel("Message à l'acheteur").fill("Nous pouvons venir voir les lieux.");
  await shots(page, "match-interested");
  await page.click("button:has-text('Envoyer')");
  await page.waitForSelector("h3:has-text('Joindre l')");
  await page.waitForSelector(".note a[href^='mailto:']");
  equal((await funnel()).interested, 1);
  await shots(page, "match-contact");
  await page.click(".toasts button:has-text('Annuler')");
  await page.waitForSelector(".toasts button:has-text('Annuler')", { state: "detached" });
  await until(async () => (await funnel()).interested === 0, "the undo");
  await page.click("button:has-text('Décliner')");
  await page.click("form button:has-text('Décliner')");
  await page.waitForSelector("form [role=alert]");
  await page.click("label:has-text('Trop loin')");
  await page.click("form button:has-text('Décliner')");
  await page.waitForFunction(() => document.querySelector(".note"));
  equal((await funnel()).reasons, { too_far: 1 });
  await page.click("button:has-text('Retirer notre réponse')");
  await until(async () => (await funnel()).declined === 0, "taken back");
}

// The change that a refusal proposes, made and undone.
async function proposal() {
  const need = await post("Nettoyage d'un gymnase à Lyon", { places: ["commune:69123"] });
  const match = () => api("supplier", "GET", "/v1/offer/needs").then((l) => l.items.find((m) => m.need.id === need.id));
  await until(match, "the match");
  const page = await open("supplier", { path: `/app/matches/${need.id}` });
  await page.click("button:has-text('Décliner')");
  await page.click("label:has-text('Trop loin')");
  await page.click("form button:has-text('Décliner')");
  await page.waitForSelector("del:has-text('Rhône')");
  await shots(page, "match-proposal");
  const before = (await api("supplier", "GET", "/v1/offer")).capabilities[0].areas;
  await page.click("button:has-text('Changer notre offre')");
  await page.waitForSelector(".toasts :text('Votre offre est changée')");
  const after = (await api("supplier", "GET", "/v1/offer")).capabilities[0].areas;
  check(before.includes("departement:69") && !after.includes("departement:69"), before, after);
  await page.waitForSelector("text=il ne vous correspond plus");
  await page.click(".toasts button:has-text('Annuler')");
  await until(async () => (await api("supplier", "GET", "/v1/offer")).capabilities[0].areas.includes("departement:69"), "the undo");
}

async function alerts() {
  const page = await open("supplier", { path: "/app/alerts" });
  await page.waitForSelector("text=Pas encore d'alerte");
  await shots(page, "alerts-none");
  await page.click("main a:has-text('Nouvelle alerte') >> nth=0");
  await page.getByLabel("Nom de l'alerte").fill("Traiteurs");
  await submit(page, "Créer");
  await page.waitForSelector("form [role=alert]");
  await pick(page, "Codes CPV", "traiteur", "traiteur");
  await pick(page, "Lieux d'exécution", "puy-de-d", "Puy-de-Dôme");
  await shots(page, "alert-new");
  await submit(page, "Créer");
  await page.waitForSelector("h1:has-text('Traiteurs')");
  await post("Buffet d'inauguration", { lots: [{ number: 1, cpv: ["55520000"] }] });
  await page.waitForSelector("h3:has-text('Buffet')");
  await page.waitForSelector("section:has-text('Comment elle vous prévient') .card");
  await shots(page, "alert");
  await page.getByLabel("Nom de l'alerte").fill("Buffets");
  await submit(page, "Enregistrer");
  await page.waitForSelector("h1:has-text('Buffets')");
  await page.click("nav.tabs a:has-text('Alertes')");
  await page.waitForSelector("text=1 besoin trouvé");
  await shots(page, "alerts");
  await page.click("button:has-text('Supprimer')");
  await page.waitForSelector("dialog :text('Leurs adresses secrètes ne peuvent pas être rétablies')");
  await accessible(page, "the question");
  await page.click("dialog button:has-text('Non, revenir')");
  equal((await api("supplier", "GET", "/v1/alerts")).items.length, 1, "asked first");
  await page.click("button:has-text('Supprimer')");
  await page.click("dialog button:has-text('Supprimer')");
  await page.waitForSelector("text=Pas encore d'alerte");
}

async function pause() {
  const page = await open("supplier", { path: "/app/alerts" });
  await page.fill("section:has-text('Complets') input[type=date]", "2049-12-31");
  await page.click("button:has-text('Faire une pause')");
  await page.waitForSelector("text=Complets jusqu'au vendredi 31 décembre 2049");
  equal((await api("supplier", "GET", "/v1/offer")).full_until, "2049-12-31");
  const need = await post("Nettoyage pendant la pause");
  await go(page, "/app/matches");
  await page.waitForSelector("text=Vous êtes complets jusqu'au vendredi 31 décembre 2049");
  await go(page, `/app/matches/${need.id}`);
  await page.waitForSelector(".hinders:has-text('31 déc. 2049')");
  await page.waitForSelector("button:has-text('Changer notre offre')");
  await go(page, "/app/alerts");
  await page.click("button:has-text('Reprendre')");
  await page.waitForSelector("button:has-text('Faire une pause')");
}

async function channels() {
  const page = await open("supplier", { path: "/app/alerts/channels" });
  await page.waitForSelector("main .card, main .empty");
  await page.click("main a:has-text('Ajouter un moyen')");
  await page.click("label:has-text('Un résumé par semaine')");
  await page.getByLabel("Quel jour").selectOption("5");
  await shots(page, "channel-new");
  await submit(page, "Ajouter");
  await page.waitForSelector("h1:has-text('Courriel')");
  await page.click("label:has-text('Aussitôt')");
  await page.getByLabel("Heures calmes : à partir de").selectOption("20");
  await submit(page, "Enregistrer");
  await page.waitForSelector("form [role=alert]");
  await page.getByLabel("Heures calmes : jusqu'à").selectOption("7");
  await submit(page, "Enregistrer");
  await page.waitForSelector(".toasts :text('enregistré')");
  await page.click("nav.tabs a:has-text('Comment être')");
  await page.waitForSelector("text=Rien entre 20 h et 7 h");
  await page.click("main a:has-text('Ajouter un moyen')");
  await page.click("label:has-text('Flux Atom')");
  await submit(page, "Ajouter");
  await page.waitForSelector("input[readonly]");
  check((await page.inputValue("input[readonly]")).includes("/feed/"), "its address");
  await shots(page, "channel-feed");
  await page.click("nav.tabs a:has-text('Comment être')");
  await page.waitForSelector("text=À supplier@exemple.fr. Aussitôt");
  await shots(page, "channels");
  const ways = () => api("supplier", "GET", "/v1/channels").then(({ items }) => items.map((one) => one.kind).sort());
  const before = await ways();
  await page.locator("li:has-text('Flux Atom') button:has-text('Supprimer')").click();
  await page.waitForSelector("dialog :text('ne peut pas être rétabli')"); // a secret address is asked for first
  await page.click("dialog button:has-text('Supprimer')");
  await page.waitForSelector("li:has-text('Flux Atom')", { state: "detached" });
  await page.locator("li:has-text('Courriel') button:has-text('Supprimer')").first().click(); // a mail is undone
  await page.click(".toasts button:has-text('Annuler')");
  await until(async () => JSON.stringify(await ways()) === JSON.stringify(before.filter((kind) => kind !== "feed")), "the mail again");
}

// A webhook: its secret once, a try, what the other side said, once more.
async function webhook() {
  const came = [];
  const receiver = createServer((request, answer) => answer.writeHead(came.push(request.headers) > 1 ? 204 : 500).end("no"));
  await new Promise((done) => receiver.listen(0, "127.0.0.1", done));
  const page = await open("supplier", { path: "/app/alerts/channels/new" });
  await page.click("label:has-text('Webhook signé')");
  await submit(page, "Ajouter");
  await page.waitForSelector("form [role=alert]");
  await page.getByLabel("Adresse d'un webhook").fill(`http://127.0.0.1:${receiver.address().port}/`);
  await submit(page, "Ajouter");
  await page.waitForSelector("h2:has-text('Secret du webhook')");
  check((await page.inputValue("input[readonly] >> nth=0")).startsWith("whsec_"), "the secret");
  await page.click("button:has-text('Essayer')");
  await until(() => came.length, "the try");
  await page.waitForSelector("tr:has-text('Essai') td:has-text('remis')", { timeout: 60000 }); // refused once, then taken
  await page.waitForSelector("td.number:has-text('2')");
  await shots(page, "channel-webhook");
  await page.reload();
  await settled(page);
  check(!(await main(page)).includes("Secret du webhook"), "it is not shown again");
  const former = page.url();
  await page.click("button:has-text('Changer de secret')");
  await page.click("dialog button:has-text('Changer de secret')");
  await page.waitForSelector("h2:has-text('Secret du webhook')");
  check(page.url() !== former, "a new secret");
  await page.click("button:has-text('Essayer')");
  await page.waitForSelector("tr:has-text('Essai') td:has-text('remis')", { timeout: 60000 });
  await page.click("nav.tabs a:has-text('Comment être')");
  await page.waitForSelector("li:has-text('Webhook signé')");
  equal(await page.locator("main li:has-text('Webhook signé')").count(), 1, "the former one has ended");
  receiver.close();
}

async function deadlines() {
  const page = await open("supplier", { path: "/app/matches" });
  await page.click("main a:has-text('Calendrier des échéances')");
  const month = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date(day(20))).slice(0, 7);
  await go(page, `/app/deadlines?month=${month}`);
  await page.waitForSelector("table.month td a");
  await page.waitForSelector("li a:has-text('Nettoyage des écoles')");
  await page.click("button:has-text('Créer l')");
  await page.waitForSelector("input[readonly]");
  check((await page.inputValue("input[readonly]")).includes("/calendar/"), "its address");
  await shots(page, "deadlines");
  await page.click("nav a:has-text('→')");
  await page.waitForSelector("text=Aucune échéance");
  await page.goBack();
  await page.waitForSelector("table.month td a");
}

// Who only reads sees the offer and the needs, and no button that would be refused; what stands in the way of more needs is said.
async function reader() {
  const { person } = JSON.parse(sql(`select json_build_object('person', m.person) from member m where m.organisation = '${people.supplier.organisation}' limit 1`));
  sql(`update member set role = 'reader' where person = '${person}'; update organisation set declared = '{EA}' where id = '${people.supplier.organisation}'`);
  const page = await open("supplier", { path: "/app/offer" });
  await page.waitForSelector("dt:has-text('Commune du siège')");
  equal(await page.locator("main button, main input").count(), 0, "nothing to change");
  await shots(page, "offer-reader");
  await go(page, "/app/matches?show=all");
  await page.waitForSelector("text=Vous avez déclaré : Entreprise adaptée");
  await page.click("h2 a >> nth=0");
  await page.waitForSelector("text=Pour répondre, il faut le rôle");
  await shots(page, "match-reader");
  await go(page, "/app/alerts");
  equal(await page.locator("button:has-text('Faire une pause')").count(), 0);
  sql(`update member set role = 'owner' where person = '${person}'; update organisation set declared = '{}' where id = '${people.supplier.organisation}'`);
}

async function english() {
  const page = await open("supplier", { path: "/app" });
  await page.click("h2:has-text('Ce qui s') ~ ul a:has-text('Nettoyage des écoles') >> nth=0");
  await page.waitForSelector("h2:has-text('Notre réponse')"); // the news lead to where one answers
  await go(page, "/app/matches");
  await page.click("text=English");
  await page.waitForSelector("h1:has-text('Needs for us')");
  await shots(page, "matches-en");
  for (const [path, title] of [["/app/offer", "Our offer"], ["/app/alerts", "Alerts"], ["/app/alerts/channels", "Ways to be told"], ["/app/alerts/new", "New alert"], ["/app/deadlines", "Deadlines"]]) {
    await go(page, path);
    equal(await page.textContent("h1"), title);
  }
  await page.click("text=Français");
  await page.waitForSelector("h1:has-text('Échéances')");
  const buyer = await open("buyer", { path: "/app/alerts" });
  check(!(await main(buyer)).includes("Complets pour l'instant"), "a buyer has no offer to pause");
}

await run(wizard, byKeyboard, editor, live, whyNot, answers, proposal, alerts, pause, channels, webhook, deadlines, reader, english);
