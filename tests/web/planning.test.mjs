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

// A version from outside: places [[request, slot, table], ...].
async function drafted(fair, places) {
  return api("organiser", "POST", `${fair.path}/timetables`, { meetings: places.map(([i, slot, table]) => ({ id: fair.requests[i].id, slot, table })) });
}
const publish = (draft, final = true) => api("organiser", "POST", `/v1/timetables/${draft.id}/publish`, { final }, { "If-Match": `"${draft.version}"` });
const whole = (id) => api("organiser", "GET", `/v1/timetables/${id}`);
const placeOf = async (id, request) => {
  const m = (await whole(id)).meetings.find((x) => x.request === request.id);
  return m && [m.slot, m.table];
};
// The cell of a row that begins with a name; slots from 1.
const cellOf = (page, name, slot) => page.locator(`.grid tbody tr:has(th:text-matches("^${name}")) td >> nth=${slot - 1}`);

// The language is the person's: it is given back.
async function inEnglish(page) {
  await page.click("header button:has-text('English')");
  await page.waitForSelector("html[lang=en]");
}
async function inFrench(page) {
  await page.click("header button:has-text('Français')");
  await page.waitForSelector("html[lang=fr]");
}

async function handsOn() {
  const fair = await laid({ buyers: 2, suppliers: 3, pairs: [[0, 0], [0, 1], [1, 0], [1, 2]], people: { "Fournisseur 2": { absent: [6] } } });
  const draft = await drafted(fair, [[0, 1, "T1"], [1, 2, "T1"], [2, 3, "T1"]]);
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/grid` });
  await page.waitForSelector(".grid");
  await shots(page, "grid-people");
  // Dragged: A1 with F1 from slot 1 to slot 4.
  await cellOf(page, "Acheteuse 1", 1).dragTo(cellOf(page, "Acheteuse 1", 4));
  await page.waitForSelector("text=placés à 10:00");
  equal(await placeOf(draft.id, fair.requests[0]), [4, "T1"]);
  // To where F2 is not there: refused, and said beside the cell.
  await cellOf(page, "Acheteuse 1", 2).dragTo(cellOf(page, "Acheteuse 1", 6));
  await page.waitForSelector(".beside:has-text('Fournisseur 2')");
  await shots(page, "grid-conflict");
  await page.click(".beside button");
  // To somebody else's row.
  await cellOf(page, "Acheteuse 1", 2).dragTo(cellOf(page, "Acheteuse 2", 5));
  await page.waitForSelector(".beside:has-text('une de leurs lignes')");
  // Undone.
  await page.click("button:has-text('Annuler le dernier geste')");
  await until(async () => String(await placeOf(draft.id, fair.requests[0])) === "1,T1", "the move is undone");
  // What has no place is dragged into the grid.
  await page.locator(".loose li").first().dragTo(cellOf(page, "Acheteuse 2", 1));
  await page.waitForSelector("h2:has-text('0 sans place')");
  equal((await placeOf(draft.id, fair.requests[3]))[0], 1);
  // By tables: to another table.
  await page.click("button:has-text('Tables × créneaux')");
  await cellOf(page, "T1", 2).dragTo(cellOf(page, "T3", 2));
  await until(async () => String(await placeOf(draft.id, fair.requests[1])) === "2,T3", "another table");
  await shots(page, "grid-tables");
}

async function byKeyboard() {
  const fair = await laid({ buyers: 2, suppliers: 2, pairs: [[0, 0], [0, 1], [1, 0]] });
  const draft = await drafted(fair, [[0, 1, "T1"], [1, 2, "T1"]]);
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/grid` });
  await page.waitForSelector(".grid");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () => page.evaluate(() => `${document.activeElement.parentNode.querySelector("th")?.firstChild.data} ${document.activeElement.dataset.column}`);
  await page.focus("#grid-words");
  for (let i = 0; i < 6 && !(await focused()).startsWith("Acheteuse"); i++) await press("Tab");
  equal(await focused(), "Acheteuse 1 0", "the grid is one stop");
  await press("ArrowRight", "ArrowDown", "End", "Home", "ArrowUp");
  equal(await focused(), "Acheteuse 1 0");
  // Moved by its menu: to a slot where the other is busy, which is explained; then to one that is free.
  await press("Enter");
  await page.waitForSelector("dialog h2:has-text('Acheteuse 1 et Fournisseur 1')");
  await shots(page, "grid-menu");
  await page.focus("dialog select");
  await press("ArrowDown");
  await page.focus("dialog button.main");
  await press("Enter");
  await page.waitForSelector("dialog [role=alert]:has-text('Acheteuse 1')");
  await page.focus("dialog select");
  await press("ArrowDown", "ArrowDown");
  await page.focus("dialog button.main");
  await press("Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  equal((await placeOf(draft.id, fair.requests[0]))[0], 4);
  equal(await focused(), "Acheteuse 1 0", "the focus is back at the cell");
  // Pinned, then its slot forbidden, then undone.
  await press("ArrowRight", "ArrowRight", "ArrowRight", "Enter");
  await page.focus("dialog button:has-text('Fixer à ce créneau')");
  await press("Enter");
  await page.waitForSelector("td.pinned");
  equal((await api("organiser", "GET", `/v1/requests/${fair.requests[0].id}`)).slot, 4);
  await press("Enter");
  await page.focus("dialog button:has-text('Interdire')");
  await press("Enter");
  await page.waitForSelector("h2:has-text('2 sans place')");
  const rules = await api("organiser", "GET", `/v1/requests/${fair.requests[0].id}`);
  equal([rules.slot, rules.forbidden], [undefined, [4]]);
  await page.focus("button:has-text('Annuler le dernier geste')");
  await press("Enter");
  await page.waitForSelector("td.pinned");
  equal((await placeOf(draft.id, fair.requests[0]))[0], 4, "back, rule and place");
  // Delete takes out; a free place is filled with what has none.
  await cellOf(page, "Acheteuse 1", 2).focus();
  await press("Delete");
  await until(async () => !(await placeOf(draft.id, fair.requests[1])), "taken out");
  await cellOf(page, "Acheteuse 2", 6).focus();
  await press("Enter");
  await page.waitForSelector("dialog h2:has-text('Acheteuse 2')");
  await page.focus("dialog button:has-text('Mettre ici')");
  await press("Enter");
  await until(async () => (await placeOf(draft.id, fair.requests[2]))?.[0] === 6, "placed");
}

// What is published is copied first; another's change comes by the stream.
async function aCopy() {
  const fair = await laid({ buyers: 2, suppliers: 2, pairs: [[0, 0], [1, 1]] });
  const first = await drafted(fair, [[0, 1, "T1"], [1, 1, "T2"]]);
  await publish(first);
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/grid` });
  await page.waitForSelector("text=votre premier changement se fait sur une copie");
  await cellOf(page, "Acheteuse 1", 1).dragTo(cellOf(page, "Acheteuse 1", 3));
  await page.waitForSelector("text=le brouillon 2");
  equal(await placeOf(first.id, fair.requests[0]), [1, "T1"], "the published one is as it was");
  const copy = new URL(page.url()).searchParams.get("version");
  check(copy !== first.id, copy);
  equal((await placeOf(copy, fair.requests[0]))[0], 3);
  const now = await whole(copy);
  await api("organiser", "POST", `/v1/timetables/${copy}/moves`, { request: fair.requests[1].id, slot: 5 }, { "If-Match": `"${now.version}"` });
  await page.waitForSelector('.grid tr:has(th:text-matches("^Acheteuse 2")) td[data-column="4"].meeting');
  await page.click("button:has-text('Publier, définitif')");
  await page.waitForSelector("dialog:has-text('4 personnes sont prévenues')");
  await page.click("dialog button:has-text('Publier et prévenir')");
  await page.waitForSelector(".tag:has-text('Définitif')");
}

async function narrow() {
  const fair = await laid({ buyers: 2, suppliers: 2 });
  await planned(fair);
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/grid`, width: 320 });
  await inEnglish(page);
  await page.waitForSelector("caption:has-text('Acheteuse 1')");
  await shots(page, "grid-one");
  await page.click("button[aria-label^='Change'] >> nth=0");
  await page.waitForSelector("dialog button:has-text('Take out of the timetable')");
  await shots(page, "grid-one-menu");
  await page.click("dialog button:has-text('Take out of the timetable')");
  await page.waitForSelector("h2:has-text('1 without a place')");
  await inFrench(page);
}

await run(nothingYet, aRun, aLongRun, handsOn, byKeyboard, aCopy, narrow);
