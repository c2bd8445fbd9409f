// SPDX-License-Identifier: EUPL-1.2
// An organiser prepares a convention: from nothing to an open one with people and requests.
import { api, equal, open, run, settled, shots, until } from "./world.mjs";

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
  equal(await page.inputValue("#f-sessions-1-name"), "après-midi");
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

await run(empty, list, made, overtaken);
