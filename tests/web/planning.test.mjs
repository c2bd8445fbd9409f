// SPDX-License-Identifier: EUPL-1.2
// An organiser plans a day, changes it by hand, publishes it, and conducts it.
import { api, check, equal, go, open, run, settled, shots, until } from "./world.mjs";

const START = "2091-03-02T09:00:00+01:00";

// An open convention with people and accepted requests between them. pairs: [buyer, supplier] by number.
async function laid({ buyers = 4, suppliers = 4, slots = 6, tables = 3, pairs, people = {}, ...more } = {}) {
  const made = await api("organiser", "POST", "/v1/conventions", {
    name: "Rendez-vous de Thiers", place: "Halle", acceptance: false, tables: Array.from({ length: tables }, (_, i) => `T${i + 1}`),
    sessions: [{ name: "matin", start: START, slots, minutes: 20 }], ...more,
  });
  await api("organiser", "POST", `/v1/conventions/${made.id}/state`, { state: "open" });
  const add = (side, i) => {
    const name = `${side === "buyer" ? "Acheteuse" : "Fournisseur"} ${i + 1}`;
    return api("organiser", "POST", `/v1/conventions/${made.id}/participants`, { name, email: `${side}-${i}@${made.id}.example.org`, company: `${side === "buyer" ? "Mairie" : "Atelier"} ${i + 1}`, side, ...people[name] });
  };
  const b = [], s = [];
  for (let i = 0; i < buyers; i++) b.push(await add("buyer", i));
  for (let i = 0; i < suppliers; i++) s.push(await add("supplier", i));
  const requests = [];
  for (const [i, j] of pairs ?? b.flatMap((_, i) => s.map((_, j) => [i, j]))) requests.push(await api("organiser", "POST", `/v1/conventions/${made.id}/requests`, { first: b[i].id, second: s[j].id }));
  return { id: made.id, path: `/v1/conventions/${made.id}`, hall: made.hall, buyers: b, suppliers: s, requests };
}

const planned = async (fair) => {
  const made = await api("organiser", "POST", `${fair.path}/plans`, { seconds: 5 });
  return until(async () => (await api("organiser", "GET", `/v1/plans/${made.id}`)).timetable, "the plan ends");
};

async function nothingYet() {
  const fair = await laid({ buyers: 0, suppliers: 0 });
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/plan` });
  await page.waitForSelector("text=Aucun calcul pour l'instant");
  await shots(page, "plan-none");
  await page.click("button:has-text('Lancer le calcul')");
  await page.waitForSelector("[role=alert]:has-text('Aucune demande')");
}

async function aRun() {
  const fair = await laid();
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/plan` });
  await page.waitForSelector("text=Premier arrivé, premier servi");
  await page.click("button:has-text('Lancer le calcul')");
  await page.waitForSelector("a:has-text('Voir la grille')");
  await page.waitForSelector("text=Tout ce qui peut l'être est placé");
  await page.waitForSelector("text=Version 1");
  await page.waitForSelector("text=Tous les rendez-vous ont une place.");
  await shots(page, "plan-done");
  await page.click("button:has-text('Publier, provisoire')");
  await page.waitForSelector("dialog:has-text('8 personnes sont prévenues')");
  await shots(page, "plan-publish");
  await page.click("dialog button:has-text('Publier et prévenir')");
  await page.waitForSelector("th:has-text('Provisoire')");
  await page.click("button:has-text('Publier, définitif')");
  await page.waitForSelector("dialog:has-text('8 personnes sont prévenues')");
  await page.click("dialog button:has-text('Publier et prévenir')");
  await page.waitForSelector("th:has-text('Définitif')");
}

// More than can be placed: it is followed as it goes, stopped, and says what has no place and why.
async function aLongRun() {
  const fair = await laid({ buyers: 9, suppliers: 9, slots: 8, tables: 8, people: { "Acheteuse 1": { absent: [1, 2, 3, 4, 5] }, "Fournisseur 2": { absent: [1, 2, 3, 4] } } });
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/plan` });
  await page.fill("input[type=number] >> nth=0", "50");
  await page.selectOption("aside select", "gaps,fairness,change");
  await page.click("button:has-text('Lancer le calcul')");
  await page.waitForSelector("progress");
  await page.waitForSelector("svg.curve[role=img]");
  const seen = await page.textContent("details table tbody tr:first-child");
  check(/\d/.test(seen), seen);
  await shots(page, "plan-running");
  if (await page.isVisible("button:has-text('Arrêter et garder le meilleur')")) await page.click("button:has-text('Arrêter et garder le meilleur')");
  await page.waitForSelector("a:has-text('Voir la grille')");
  await page.waitForSelector("text=demandes sans place");
  await page.waitForSelector("text=Les moins bien servis");
  await shots(page, "plan-left");
}

await run(nothingYet, aRun, aLongRun);
