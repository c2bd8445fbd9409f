// SPDX-License-Identifier: EUPL-1.2
// An organiser prepares a convention: from nothing to an open one with people and requests.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { api, becomes, check, equal, go, mail, open, people, run, settled, shots, sql, until } from "./world.mjs";

const DAY = "2091-03-02";
// A convention of which a test needs no more than that it is there.
export const convention = (more = {}) =>
  api("organiser", "POST", "/v1/conventions", {
    name: "Rendez-vous de Thiers", place: "Halle", tables: ["T1", "T2", "T3"],
    sessions: [{ name: "matin", start: `${DAY}T09:00:00+01:00`, slots: 6, minutes: 20, breaks: [{ after: 3, minutes: 10 }] }],
    ...more,
  });

async function empty() {
  const page = await open("organiser", { path: "/app/conventions" });
  await page.waitForSelector("text=Vous n'avez pas encore préparé de rendez-vous");
  await shots(page, "conventions-none");
}

async function list() {
  const { id } = await convention();
  const page = await open("organiser", { path: "/app/conventions" });
  await shots(page, "conventions");
  await page.click("text=Rendez-vous de Thiers");
  await page.waitForSelector("nav.tabs");
  await settled(page);
  equal(await page.textContent("h1"), "Rendez-vous de Thiers");
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  await page.waitForSelector("main >> text=Ouverts aux demandes"); // by the stream
  await shots(page, "convention-bare");
}

// From nothing: what is wrong stands at its field, then it is made, changed, opened, closed and opened again, and cancelled.
async function made() {
  const page = await open("organiser", { path: "/app/conventions" });
  await page.click("main .button:has-text('Préparer')");
  await page.waitForSelector("h1:has-text('Préparer des rendez-vous')");
  await page.click("button.main");
  await page.waitForSelector("[role=alert] a:has-text('Nom')");
  equal(await page.getAttribute("#f-name", "aria-invalid"), "true");
  await shots(page, "convention-new-wrong");
  await page.fill("#f-name", "Rendez-vous d'Issoire");
  await page.fill("#f-place", "Halle aux grains");
  await page.fill("#f-sessions-0-start", `${DAY}T09:00`);
  await page.fill("#f-sessions-0-slots", "4");
  await page.click("text=Ajouter une pause");
  await page.fill("#f-sessions-0-breaks-0-after", "9");
  await page.click("text=Ajouter une séance");
  equal(await page.inputValue("#f-sessions-1-name"), "vendredi matin");
  await page.fill("#f-sessions-1-start", `${DAY}T10:00`);
  await page.waitForSelector(".hours li.bad"); // it overlaps
  await page.fill("#f-tables-count", "3");
  await until(async () => (await page.inputValue("#f-tables")) === "1\n2\n3", "three tables");
  await page.click("button.main");
  await page.waitForSelector("#f-sessions-0-breaks-0-after-wrong");
  await page.waitForSelector("#f-sessions-1-start-wrong");
  await page.fill("#f-sessions-0-breaks-0-after", "2");
  await page.fill("#f-sessions-1-start", `${DAY}T14:00`);
  await page.waitForSelector(".hours li:has-text('14:00–14:20')");
  await page.waitForSelector(".hours li.rest:has-text('pause 15 min')");
  await shots(page, "convention-new");
  await page.click("button.main");
  await page.waitForSelector("h1:has-text(\"Rendez-vous d'Issoire\")");
  await settled(page);
  await shots(page, "convention-draft");
  await page.click("nav.tabs >> text=Réglages");
  await page.waitForSelector("#f-name");
  await page.fill("#f-tables", "1\n2\nEstrade");
  await page.click("button:has-text('Enregistrer')");
  await page.waitForSelector(".toasts >> text=enregistré");
  await shots(page, "convention-settings");
  await page.click("nav.tabs >> text=Aperçu");
  await page.click("button:has-text('Ouvrir aux demandes')");
  await shots(page, "convention-opening");
  await page.click("dialog button.main");
  await page.waitForSelector("main .tag:has-text('Ouverts aux demandes')");
  await page.click("button:has-text('Fermer aux demandes')");
  await page.waitForSelector("main .tag:has-text('Fermés aux demandes')");
  await page.click(".toasts button:has-text('Annuler')");
  await page.waitForSelector("main .tag:has-text('Ouverts aux demandes')");
  await page.click("main button.bad:has-text('Annuler')");
  await page.click("dialog button.main");
  await page.waitForSelector("main .tag:has-text('Annulés')");
}

// At La Réunion: what is typed is the hour there, and so it is told; a second day begins as the first.
async function overseas() {
  const page = await open("organiser", { path: "/app/conventions/new", timezoneId: "America/New_York" });
  check((await page.inputValue("#f-sessions-0-start")).endsWith("T09:00"), "nine o'clock, wherever the browser is");
  await page.fill("#f-name", "Rendez-vous de Saint-Denis");
  await page.fill("#f-sessions-0-start", `${DAY}T09:00`);
  await page.selectOption("#f-zone", "Etc/GMT-4");
  equal(await page.inputValue("#f-sessions-0-start"), `${DAY}T09:00`);
  await page.click("text=Ajouter une séance");
  equal([await page.inputValue("#f-sessions-1-name"), await page.inputValue("#f-sessions-1-start")], ["après-midi", `${DAY}T12:40`]);
  await page.fill("#f-sessions-1-start", `${DAY}T14:00`);
  await page.click("text=Ajouter une séance");
  equal([await page.inputValue("#f-sessions-2-name"), await page.inputValue("#f-sessions-2-start")], ["samedi matin", "2091-03-03T09:00"]);
  await page.waitForSelector("text=Heures locales : La Réunion (UTC+4).");
  await page.click("button.main");
  await page.waitForSelector("h1:has-text('Rendez-vous de Saint-Denis')");
  const id = page.url().split("/").pop();
  equal((await api("organiser", "GET", `/v1/conventions/${id}`)).sessions.map((s) => s.start), [`${DAY}T09:00:00+04:00`, `${DAY}T14:00:00+04:00`, "2091-03-03T09:00:00+04:00"]);
  await page.waitForSelector(".hours li:has-text('14:00–14:20')");
  const { id: who } = await person(id, "Anne");
  await go(page, `/app/conventions/${id}/people/${who}`);
  await page.waitForSelector("fieldset:has(> legend:has-text('vendredi 2 mars 2091')) label:has-text('09:00–09:20')");
}

// Cells that are pasted, with words instead of numbers; a workbook is told from a table.
async function pasted() {
  const { id } = await convention({ name: "Rendez-vous de Mauriac", sessions: [{ name: "Matin", start: `${DAY}T09:00:00+01:00`, slots: 3, minutes: 20 }, { name: "Après-midi", start: `${DAY}T14:00:00+01:00`, slots: 3, minutes: 20 }] });
  await person(id, "Zoe", { bound: 4 });
  const page = await open("organiser", { path: `/app/conventions/${id}/people?add=csv` });
  await page.setInputFiles("#csv", { name: "liste.xlsx", mimeType: "application/zip", buffer: Buffer.from("PK\x03\x04....") });
  await page.waitForSelector("[role=alert] >> text=Ce fichier est un classeur");
  await page.fill("#f-pasted", "Nom\tCourriel\tAbsences\tLiaison\nAnne\tanne@mauriac.fr\tapres-midi|9h20\tvoiture\nBob\tbob@mauriac.fr\t\tvoiture\nCarl\tcarl@mauriac.fr\tdemain\t\n");
  await page.uncheck("#f-invite").catch(() => {});
  await page.click("button:has-text('Ajouter 3 personnes')");
  await page.waitForSelector(".tag:has-text('2 ajoutées')");
  const { items } = await api("organiser", "GET", `/v1/conventions/${id}/participants`), of = (name) => items.find((p) => p.name === name);
  equal([of("Anne").absent.sort(), of("Anne").bound, of("Bob").bound], [[2, 4, 5, 6], 5, 5]);
  await page.waitForSelector("tr:has(th:text-matches('^4')) >> text=« demain » ne désigne pas"); // the line that it has in the table
  await shots(page, "people-pasted");
}

// Who goes with whom is said by names, and taken back; a whole session is a click.
async function together() {
  const { id } = await convention({ name: "Rendez-vous de Vic" });
  const [anne, bob, carl] = await Promise.all(["Anne", "Bob", "Carl"].map((name) => person(id, name, name === "Carl" ? { bound: 7 } : {})));
  const bounds = async () => (await Promise.all([anne, bob, carl].map((p) => api("organiser", "GET", `/v1/participants/${p.id}`)))).map((p) => p.bound ?? 0);
  const page = await open("organiser", { path: `/app/conventions/${id}/people/${anne.id}` });
  const choose = async (name) => {
    await page.fill("#f-bound", name);
    await page.click(`#f-bound-list li:has-text('${name}')`);
  };
  await choose("bob");
  await said(page).getByText("Anne n'aura jamais rendez-vous en même temps que Bob.").waitFor();
  equal(await bounds(), [8, 8, 7]);
  await page.waitForSelector(".chips >> text=Bob");
  await choose("carl");
  await page.waitForSelector(".chips >> text=Carl");
  equal(await bounds(), [8, 8, 8]);
  await shots(page, "person-bonds");
  await page.click(".chips button[aria-label*='Bob']");
  await said(page).getByText("Anne peut avoir rendez-vous en même temps que Bob.").waitFor();
  await page.waitForSelector(".chips >> text=Bob", { state: "detached" });
  equal(await bounds(), [8, 0, 8]);
  await page.click(".toasts p:has-text('peut avoir') button:has-text('Annuler')");
  await page.waitForSelector(".chips >> text=Bob");
  await page.click("button:has-text('matin : absente tout le temps')");
  await page.click("button:has-text('Enregistrer')");
  await page.waitForSelector(".toasts >> text=enregistré");
  equal((await api("organiser", "GET", `/v1/participants/${anne.id}`)).absent, [1, 2, 3, 4, 5, 6]);
  await go(page, `/app/conventions/${id}/people`);
  await page.waitForSelector(".rows li:has-text('Anne') >> text=jamais en même temps que Bob et Carl");
}

// What another changes meanwhile is not written over, and what is in use says what to do.
async function overtaken() {
  const { id } = await convention();
  const page = await open("organiser", { path: `/app/conventions/${id}/settings` });
  await page.fill("#f-name", "Rendez-vous de Riom");
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  await page.waitForSelector("text=Cela vient de changer ailleurs");
  await page.click("button:has-text('Enregistrer')");
  await page.waitForSelector("[role=alert]");
  await page.click("text=Repartir de la version actuelle");
  equal(await page.inputValue("#f-name"), "Rendez-vous de Thiers");
  const [anne, bob] = await Promise.all(["anne", "bob"].map((name) => api("organiser", "POST", `/v1/conventions/${id}/participants`, { name, email: `${name}@exemple.fr` })));
  const request = await api("organiser", "POST", `/v1/conventions/${id}/requests`, { first: anne.id, second: bob.id });
  await api("organiser", "PUT", `/v1/requests/${request.id}`, { slot: 6 }, { "If-Match": '"1"' });
  await page.fill("#f-sessions-0-slots", "5");
  await page.click("button:has-text('Enregistrer')");
  await page.waitForSelector("[role=alert] >> text=ôtez ce qui les fixe");
}

const person = (id, name, more = {}) => api("organiser", "POST", `/v1/conventions/${id}/participants`, { name, email: `${name.toLowerCase().replace(/\W/g, ".")}@exemple.fr`, ...more });
const said = (page) => page.locator(".toasts");

// One person by hand, others by a table of a spreadsheet, as it is saved on Windows; what is refused says why.
async function table() {
  const { id } = await convention({ name: "Rendez-vous d'Ambert" });
  const page = await open("organiser", { path: `/app/conventions/${id}/people` });
  await page.waitForSelector("text=Personne encore");
  await shots(page, "people-none");
  await page.click("text=Une personne");
  await page.click("button.main:has-text('Ajouter')");
  await page.waitForSelector("#f-email-wrong");
  await page.fill("#f-name", "Zoé Martin");
  await page.fill("#f-email", "zoe@ambert.fr");
  await page.selectOption("#f-side", "supplier");
  await page.click("summary:has-text('Disponibilité')");
  await page.click("label:has-text('09:00–09:20')");
  await shots(page, "people-add");
  await page.click("button.main:has-text('Ajouter')");
  await said(page).getByText("Zoé Martin est inscrite").waitFor();
  await page.waitForSelector(".rows >> text=absente à 1 créneau");
  await becomes(() => page.evaluate(() => document.activeElement.id), "f-name", "ready for the next");
  await page.click("text=Un tableau (CSV)");
  const csv = "Nom;Prénom;Courriel;Structure;Côté;Remarque\r\nDupont;Hélène;helene@mairie.fr;Mairie d'Ambert;Acheteur;vient tôt\r\nPetit;Bob;bob;Atelier;Fournisseur;\r\nMartin;Zoé;zoe@ambert.fr;;;\r\n";
  await page.setInputFiles("#csv", { name: "liste.csv", mimeType: "text/csv", buffer: Buffer.from(csv, "latin1") });
  await page.waitForSelector("text=À quoi correspondent les colonnes");
  await shots(page, "people-columns");
  await page.uncheck("#f-invite").catch(() => {});
  await page.click("button:has-text('Ajouter 3 personnes')");
  await page.waitForSelector(".tag:has-text('1 refusée')");
  await page.waitForSelector(".tag:has-text('1 déjà connue')");
  await page.waitForSelector("td >> text=« bob » n'est pas une adresse électronique");
  await page.waitForSelector(".rows >> text=Hélène Dupont");
  await shots(page, "people-lines");
  const kept = async (words) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(words)]);
    return readFileSync(await file.path(), "utf8");
  };
  equal(await kept("text=Télécharger les lignes refusées"), "\ufeffNom;Prénom;Courriel;Structure;Côté;Remarque\r\nPetit;Bob;bob;Atelier;Fournisseur;\r\n");
  check((await kept("text=Télécharger un modèle")).startsWith("\ufeffname;email;company;side"), "the template");
  await page.fill("#q", "mairie");
  await page.waitForSelector("p[role=status] >> text=1 participant");
  await page.fill("#q", "personne de ce nom");
  await page.waitForSelector("text=Personne ne correspond");
}

// A badge says that it comes: the list, the overview and the person's page know it without being read again.
async function live() {
  const { id } = await convention({ name: "Rendez-vous de Billom" });
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  const { id: anne } = await api("organiser", "POST", `/v1/conventions/${id}/participants?invite=1`, { name: "Anne Martin", email: "anne@billom.fr", side: "buyer" });
  const list = await open("organiser", { path: `/app/conventions/${id}/people?state=invited` });
  const overview = await open("organiser", { path: `/app/conventions/${id}` });
  const one = await open("organiser", { path: `/app/conventions/${id}/people/${anne}` });
  await list.waitForSelector(".rows >> text=Anne Martin");
  await list.click("text=Relancer");
  await said(list).getByText("il y a moins d'une heure").waitFor();
  await one.click("text=Montrer les adresses");
  const badge = (await one.inputValue("#link-badge")).split("/badge/")[1];
  await one.click("[aria-label='Copier : Calendrier']");
  await said(one).getByText("Copié").waitFor();
  await shots(one, "person");
  await api(null, "PUT", `/v1/badges/${badge}`, { state: "coming", absent: [1], most: 3 }, { "If-Match": '"1"' });
  await list.waitForSelector("text=Personne ne correspond");
  await overview.waitForSelector("main >> text=1 · Vient");
  await one.waitForSelector("main .tag:has-text('Vient')");
  await until(async () => (await one.inputValue("#f-most")) === "3", "the form follows");
  await one.fill("#f-most", "2");
  await one.click("label:has-text('09:20–09:40')");
  await one.click("button:has-text('Enregistrer')");
  await said(one).getByText("enregistré").waitFor();
  equal((await api("organiser", "GET", `/v1/participants/${anne}`)).absent, [1, 2]);
  await one.click("button:has-text('Ne viendra pas')");
  await one.click("dialog button.main");
  await one.waitForSelector("main .tag:has-text(\"S'est retiré\")");
  await one.click("button:has-text('Effacer')");
  await one.click("dialog button.main");
  await one.waitForSelector("h1:has-text('Participants')");
}

// Requests: added by name, weighed, pinned; what cannot be is said in words; withdrawn, and brought back.
async function requests() {
  const { id } = await convention({ name: "Rendez-vous de Riom", acceptance: true });
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  const anne = await person(id, "Anne Martin", { company: "Mairie de Riom", side: "buyer", absent: [2] });
  const bob = await person(id, "Bob Petit", { company: "Le Relais", side: "supplier" });
  const cleo = await person(id, "Cléo Roux", { company: "Vert Demain", side: "supplier" });
  const page = await open("organiser", { path: `/app/conventions/${id}/requests`, expected: ["status of 409"] });
  await page.waitForSelector("text=Pas encore de demande");
  await shots(page, "requests-none");
  await page.click("text=Ajouter une demande");
  await page.click("button.main:has-text('Ajouter')");
  await page.waitForSelector("#f-second-wrong");
  await page.waitForFunction(() => document.activeElement.getAttribute("role") === "alert"); // the summary has the focus
  const choose = async (field, words, name) => {
    await page.fill(field, words);
    await page.waitForSelector(`[role=option]:has-text('${name}')`);
    await page.press(field, "Enter");
  };
  await choose("#f-first", "riom", "Anne Martin");
  await choose("#f-second", "relais", "Bob Petit");
  await shots(page, "request-add");
  await page.click("button.main:has-text('Ajouter')");
  await page.waitForSelector(".rows >> text=Anne Martin et Bob Petit");
  await choose("#f-second", "cléo", "Cléo Roux"); // Anne is still there
  await page.click("button.main:has-text('Ajouter')");
  await page.waitForSelector(".rows >> text=Anne Martin et Cléo Roux");
  await page.selectOption("select[aria-label='Priorité : Anne Martin et Bob Petit']", "5");
  await said(page).getByText("Priorité 5").waitFor();
  await shots(page, "requests");
  await page.click(".rows >> text=Anne Martin et Bob Petit");
  await page.waitForSelector("h1:has-text('Anne Martin et Bob Petit')");
  await page.waitForSelector("text=Après ces rendez-vous");
  await page.selectOption("#f-slot", "2");
  await page.click("button:has-text('Enregistrer')");
  await page.waitForSelector("[role=alert] >> text=Anne Martin n'est pas là");
  await page.selectOption("#f-slot", "1");
  await page.selectOption("#f-table", "T2");
  await page.click("button:has-text('Enregistrer')");
  await said(page).getByText("enregistré").waitFor();
  await shots(page, "request");
  await page.click("button:has-text('Retirer la demande')");
  await page.waitForSelector("main .tag:has-text('Retirée')");
  await page.click(".toasts p:has-text('Retirée') button");
  await page.waitForSelector("main .tag:has-text('Acceptée')");
  const badge = (await api("organiser", "GET", `/v1/participants/${cleo.id}`)).links.badge.split("/badge/")[1];
  await page.click("text=Voir les demandes");
  await page.waitForSelector(".rows >> text=fixée : 09:00–09:20 · fixée : table T2");
  await page.selectOption("#state", "asked");
  await page.waitForSelector("text=Aucune demande ne correspond");
  await api(null, "POST", `/v1/badges/${badge}/requests`, { with: bob.id, message: "Un devis ?" }); // by the stream
  await page.click(".rows >> text=Cléo Roux et Bob Petit");
  await page.click("button:has-text('Accepter pour Bob Petit')");
  await page.click("dialog button.main");
  await page.waitForSelector("main .tag:has-text('Acceptée')");
  await go(page, `/app/conventions/${id}`);
  await page.waitForSelector("text=Rien n'empêche");
  await shots(page, "convention-open");
  await api("organiser", "PUT", `/v1/participants/${anne.id}`, { name: "Anne Martin", side: "buyer", absent: [1, 2, 3, 4, 5] }, { "If-Match": '"1"' });
  await page.waitForSelector(".note.bad:has-text('Anne Martin')"); // by the stream: too few slots for its two meetings
  await shots(page, "convention-impossible");
}

// A need's buyer and the suppliers it has found, invited with their requests.
async function fromNeed() {
  await api("supplier", "PUT", "/v1/offer", { seat: "commune:63113", capabilities: [{ cpv: "90911200", radius: 50 }] });
  await api("buyer", "POST", "/v1/needs", { kind: "devis", title: "Nettoyage d'un gymnase", places: ["commune:63113"], lots: [{ number: 1, title: "Sols", cpv: ["90911200"] }] });
  const { id } = await convention({ name: "Rendez-vous de Thiers" });
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  const page = await open("organiser", { path: `/app/conventions/${id}/people?add=need` });
  await page.fill("#f-need", "gymnase");
  await page.waitForSelector("[role=option]");
  await page.press("#f-need", "Enter");
  await page.waitForSelector(".chips >> text=Nettoyage d'un gymnase");
  await shots(page, "people-need");
  await until(async () => {
    await page.click("button:has-text('Inviter')");
    await page.waitForSelector("[role=status] .note");
    return (await page.textContent("[role=status] .note")).includes("1 fournisseur trouvé");
  }, "the supplier is found");
  await page.waitForSelector(".rows >> text=Zoé Martin");
  check((await mail(people.supplier.email, "Thiers")).includes("/badge/"), "the invitation leads to the badge");
  await page.click("text=Voir les demandes");
  await page.waitForSelector(".rows >> text=Propre et Net");
}

// Paper and outcomes; the pages of a convention in English.
async function after() {
  const day = new Date(Date.now() - 3600000).toISOString().slice(0, 19) + "Z";
  const { id } = await convention({ name: "Rendez-vous de Vichy", acceptance: false, sessions: [{ name: "soir", start: day, slots: 5, minutes: 30 }] });
  const [anne, bob] = [await person(id, "Anne Vichy", { side: "buyer" }), await person(id, "Bob Vichy", { side: "supplier" })];
  const { id: request } = await api("organiser", "POST", `/v1/conventions/${id}/requests`, { first: anne.id, second: bob.id });
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  const page = await open("organiser", { path: `/app/conventions/${id}/outcomes`, language: "en" });
  await page.waitForSelector("text=Pas encore de rendez-vous publié");
  await shots(page, "outcomes-none");
  await page.click("nav.tabs >> text=Impressions");
  await page.waitForSelector("text=Rien n'est encore publié");
  const draft = await api("organiser", "POST", `/v1/conventions/${id}/timetables`, { meetings: [{ id: request, slot: 1, table: "T1" }] });
  await api("organiser", "POST", `/v1/timetables/${draft.id}/publish`, { final: true }, { "If-Match": '"1"' });
  const badge = (await api("organiser", "GET", `/v1/participants/${anne.id}`)).links.badge.split("/badge/")[1];
  await api(null, "POST", `/v1/badges/${badge}/outcomes`, { request, met: true, useful: true, follow_up: "quote" });
  await page.waitForSelector("main:not(:has-text(\"Rien n'est encore publié\"))");
  await shots(page, "print");
  const [sheets] = await Promise.all([page.context().waitForEvent("page"), page.click("text=Feuilles des participants")]);
  await sheets.waitForSelector("h1:has-text('Anne Vichy')");
  await sheets.close();
  await page.click("text=English");
  await page.click("nav.tabs >> text=Outcomes");
  await page.waitForSelector("td >> text=took place, useful, quote asked for");
  await shots(page, "outcomes");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Download as CSV")]);
  check(file.suggestedFilename().endsWith(".csv"), file.suggestedFilename());
  await go(page, `/app/conventions/${id}/settings`); // a place that changes is told to who meets there
  await page.fill("#f-place", "Opéra");
  await page.click("button:has-text('Save')");
  await page.waitForSelector("dialog >> text=told by mail");
  await page.click("dialog button.main");
  await said(page).getByText("Saved").waitFor();
  for (const tab of ["", "/settings", "/people", `/people/${anne.id}`, "/requests?add=1", `/requests/${request}`]) {
    await go(page, `/app/conventions/${id}${tab}`);
    await shots(page, `english${tab.replace(/\W+[-0-9a-f]*$/, "").replace(/\W+/g, "-")}`);
    check(!/conv\.[a-z]/.test(await page.textContent("main")), `${tab}: a text without words`);
  }
  await page.click("text=Français");
  await page.waitForSelector("nav.tabs >> text=Bilan");
}

// Without a mouse: from the list of people to a request that is asked for.
async function keyboard() {
  const { id } = await convention({ name: "Rendez-vous de Gannat", acceptance: false });
  const page = await open("organiser", { path: `/app/conventions/${id}/people` });
  const focused = () => page.evaluate(() => `${document.activeElement.id} ${document.activeElement.textContent.slice(0, 60)}`);
  const reach = async (words, most = 60) => {
    for (let i = 0; i < most; i++) {
      await page.keyboard.press("Tab");
      if ((await focused()).includes(words)) return;
    }
    throw new Error(`the keyboard does not reach ${words}`);
  };
  await reach("Une personne");
  await page.keyboard.press("Enter");
  for (const [name, email] of [["Anne Martin", "anne@gannat.fr"], ["Bob Petit", "bob@gannat.fr"]]) {
    if (!(await focused()).startsWith("f-name")) await reach("f-name");
    await page.keyboard.type(name);
    await reach("f-email");
    await page.keyboard.type(email);
    await page.keyboard.press("Enter");
    await page.waitForSelector(`.rows >> text=${name}`);
    await page.waitForFunction(() => document.activeElement.id === "f-name" && !document.activeElement.value);
  }
  await page.locator("nav.tabs a:has-text('Demandes')").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:has-text('Demandes')");
  await becomes(() => page.evaluate(() => document.activeElement.tagName), "H1");
  await reach("Ajouter une demande");
  await page.keyboard.press("Enter");
  for (const [field, words, name] of [["f-first", "anne", "Anne Martin"], ["f-second", "bob", "Bob Petit"]]) {
    await reach(field);
    await page.keyboard.type(words);
    await page.waitForSelector(`[role=option]:has-text('${name}')`);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForSelector(`.chips:has-text('${name}')`);
  }
  await page.keyboard.press("Tab"); // among the priorities, chosen by arrows
  await page.keyboard.press("ArrowUp");
  await reach("Ajouter");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".rows >> text=Anne Martin et Bob Petit");
  equal(await page.inputValue("select[aria-label='Priorité : Anne Martin et Bob Petit']"), "4");
}

// Who is not its organiser reads what is public of it; who may only read is offered no button.
async function others() {
  const { id } = await convention({ name: "Rendez-vous du Puy", public: true, description: "Une journée pour se rencontrer.", until: `${DAY}T08:00:00+01:00` });
  await api("organiser", "POST", `/v1/conventions/${id}/state`, { state: "open" });
  const page = await open("buyer", { path: "/app/conventions" });
  await page.click("text=Rendez-vous du Puy");
  await page.waitForSelector("text=sur invitation de CRESS");
  equal(await page.locator("nav.tabs").count(), 0);
  await shots(page, "convention-theirs");
  const [member] = sql(`select person from member where organisation = '${people.organiser.organisation}' limit 1`).split("\n");
  sql(`update member set role = 'reader' where person = '${member}' and organisation = '${people.organiser.organisation}'`);
  try {
    const reader = await open("organiser", { path: `/app/conventions/${id}` });
    equal(await reader.locator("main button").count(), 0, "buttons of a reader");
    await go(reader, `/app/conventions/${id}/settings`);
    await reader.waitForSelector("text=Votre rôle permet de lire");
    await go(reader, `/app/conventions/${id}/people`);
    equal(await reader.locator("main button").count(), 0, "buttons of a reader");
  } finally {
    sql(`update member set role = 'owner' where person = '${member}' and organisation = '${people.organiser.organisation}'`);
  }
}

await run(empty, list, made, overseas, pasted, together, overtaken, table, live, requests, fromNeed, after, keyboard, others);
