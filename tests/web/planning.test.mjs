// SPDX-License-Identifier: EUPL-1.2
// An organiser plans a day, changes it by hand, publishes it, and conducts it.
import { api, check, equal, go, open, run, settled, shots, stage, until } from "./world.mjs";

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
  await page.waitForSelector("aside >> text=Tout ne pourra pas être placé");
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
  await page.waitForSelector("text=/\\d+ rendez-vous placés sur 81/");
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
  // To where F2 is not there: refused, marked at the cell, and said.
  await cellOf(page, "Acheteuse 1", 2).dragTo(cellOf(page, "Acheteuse 1", 6));
  await page.waitForSelector(".toasts p:has-text('Fournisseur 2')");
  await shots(page, "grid-conflict");
  await page.waitForSelector("td.refused[data-column='5']");
  await page.click(".toasts button[aria-label^=Fermer]");
  // To somebody else's row.
  await cellOf(page, "Acheteuse 1", 2).dragTo(cellOf(page, "Acheteuse 2", 5));
  await page.waitForSelector(".toasts p:has-text('une de leurs lignes')");
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
  await until(async () => (await placeOf(copy, fair.requests[0]))[0] === 3, "moved in the copy");
  await page.click("button:has-text('Annuler le dernier geste')");
  await until(async () => (await placeOf(copy, fair.requests[0]))[0] === 1, "the first move is undone in the copy");
  await page.click("button:has-text('Tables × créneaux')");
  await cellOf(page, "T1", 1).dragTo(cellOf(page, "T1", 3));
  await until(async () => (await placeOf(copy, fair.requests[0]))[0] === 3, "moved again");
  await page.click("button:has-text('Personnes × créneaux')");
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

// The day: what somebody says by its badge is seen by the organiser and in the hall without reloading anything.
async function theDay() {
  const fair = await laid({ buyers: 3, suppliers: 3, pairs: [[0, 0], [1, 0], [1, 1], [2, 2], [2, 0]], slots: 2, tables: 2 });
  await publish(await drafted(fair, [[0, 1, "T1"], [1, 2, "T1"], [2, 1, "T2"], [3, 2, "T2"]]));
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/day` });
  await page.waitForSelector("text=Rien à réparer jusqu'ici");
  await page.waitForSelector("text=1 demande aura la première place");
  await shots(page, "day");
  const href = await page.getAttribute("a:has-text('Ouvrir le tableau')", "href");
  const hall = await open(null, { path: href });
  await hall.waitForSelector("li:has-text('Acheteuse 1')");
  await shots(hall, "hall");
  // Acheteuse 1 withdraws by its badge: its place is filled by the request that waits.
  const badge = (await api("organiser", "GET", `/v1/participants/${fair.buyers[0].id}`)).links.badge;
  await api(null, "POST", `/v1/badges/${badge.split("/").pop()}/withdraw`);
  await page.waitForSelector("strong:has-text('Acheteuse 1 ne vient plus')");
  await page.waitForSelector("text=1 place remplie");
  await page.waitForSelector(".desk li:has-text('Acheteuse 1') .tag:has-text(\"S'est retiré\")");
  await page.waitForSelector("text=Toutes les demandes acceptées ont une place.");
  await hall.waitForSelector("li:has-text('Acheteuse 3') >> text=Fournisseur 1");
  equal(await hall.locator("li:has-text('Acheteuse 1')").count(), 0);
  await hall.waitForSelector("li.changed");
  await page.click("summary:has-text('Ce qui change')");
  await shots(page, "day-repaired");
  await shots(hall, "hall-changed");
  // A table is lost, and found again by undoing.
  await page.selectOption("#lost-table", "T2");
  await page.click("button:has-text('Perdue')");
  await page.waitForSelector("strong:has-text('La table T2 est perdue')");
  await hall.waitForSelector("text=Table hors service : T2");
  await page.click(".toasts button:has-text('Annuler')");
  await page.waitForSelector("strong:has-text('La table T2 est retrouvée')");
  // A new address: the old one leads nowhere.
  await page.click("button:has-text(\"Changer d'adresse\")");
  await page.click("button:has-text('Oui, changer')");
  await page.waitForFunction((old) => ![...document.querySelectorAll("a")].some((a) => a.getAttribute("href") === old) && document.querySelector("a[href^='/app/hall']"), href);
  await go(hall, href);
  equal(await hall.textContent("h1"), "Ce tableau n'existe pas");
}

const desk = (page) => (name) => page.locator(`.desk li:has(strong:text-matches("^${name}"))`);

async function theDesk() {
  const fair = await laid({ buyers: 2, suppliers: 2, slots: 6, tables: 2, people: { "Fournisseur 2": { name: "Jérôme Béraud" } } });
  await publish(await whole(await planned(fair)));
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/day` }), row = desk(page), arrived = async (i) => (await api("organiser", "GET", `/v1/participants/${fair.suppliers[i].id}`)).arrived;
  // Typed without accents; Enter notes the only one.
  await page.fill("#day-words", "beraud jer");
  await page.waitForFunction(() => document.querySelectorAll(".desk li").length === 1);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".toasts :text-matches('arrivée notée. Rendez-vous à .*, table T')");
  await row("Jérôme").locator(".tag:has-text('Arrivé à')").waitFor();
  equal(await page.inputValue("#day-words"), "", "ready for the next one");
  await page.click(".toasts button:has-text('Annuler')");
  await row("Jérôme").locator(".tag:has-text('Attendu')").waitFor();
  equal((await api("organiser", "GET", `/v1/participants/${fair.suppliers[1].id}`)).missing, [], "nothing is left of it");
  // A reader of QR codes writes an address, and Enter.
  const { links } = await api("organiser", "GET", `/v1/participants/${fair.suppliers[0].id}`);
  await page.focus("#day-words");
  await page.keyboard.type(`${links.checkin}\n`);
  await row("Fournisseur 1").locator(".tag:has-text('Arrivé à')").waitFor();
  await page.keyboard.type(`${links.checkin}\n`);
  await page.waitForSelector(".toasts :text('Fournisseur 1 est là depuis')");
  await page.keyboard.type("https://example.org/checkin?t=AAAA\n");
  await page.waitForSelector(".toasts :text(\"n'est celui de personne\")");
  // Late until the third slot: what lies before moves.
  await row("Acheteuse 1").locator("button:has-text('Retard, départ')").click();
  await until(() => page.evaluate(() => document.querySelector("dialog img")?.naturalWidth > 0), "the QR code is drawn");
  await page.selectOption("#late-until", "3");
  await shots(page, "day-follow");
  await page.click("dialog button:has-text('En retard')");
  await row("Acheteuse 1").locator(".tag:has-text('attendu à 09:40')").waitFor();
  await page.waitForSelector("strong:has-text(\"Acheteuse 1 n'est pas là\")");
  await page.click("button:has-text('Absents ou en retard')");
  await page.waitForFunction(() => document.querySelectorAll(".desk li").length === 1);
  await page.click(".toasts p:has-text('attendu') button:has-text('Annuler')");
  await page.waitForSelector("text=Personne ne correspond.");
  await page.click("button:has-text('Tous')");
  // Leaves before the third slot: told, and taken back.
  await row("Fournisseur 1").locator("button:has-text('Retard, départ')").click();
  await page.selectOption("#leaves-at", "3");
  await page.click("dialog button:has-text('Part plus tôt')");
  await row("Fournisseur 1").locator(".tag:has-text('part à 09:40')").waitFor();
  check(await arrived(0), "it is still there");
  await page.click(".toasts p:has-text('part à') button:has-text('Annuler')");
  await row("Fournisseur 1").locator(".tag:has-text('part à')").waitFor({ state: "detached" });
  // It was somebody else who came.
  await row("Fournisseur 1").locator("button:has-text('Retard, départ')").click();
  await page.click("dialog button:has-text('Pas encore là')");
  await row("Fournisseur 1").locator(".tag:has-text('Attendu')").waitFor();
  check(!(await arrived(0)), "it is not there");
  // Withdrawn, after a question; it comes after all.
  await row("Acheteuse 2").locator("button:has-text('Retard, départ')").click();
  await page.click("dialog button:has-text('Retirer')");
  await page.waitForSelector("dialog .note:has-text('2 rendez-vous sont annulés')");
  await page.click("dialog button:has-text('Oui, retirer')");
  await row("Acheteuse 2").locator(".tag:has-text(\"S'est retiré\")").waitFor();
  await page.waitForSelector("strong:has-text('Acheteuse 2 ne vient plus')");
  await row("Acheteuse 2").locator("button:has-text('Vient finalement')").click();
  await row("Acheteuse 2").locator(".tag:has-text('Attendu')").waitFor();
  await page.waitForSelector("strong:has-text('Acheteuse 2 vient finalement')");
  await inEnglish(page);
  await page.waitForSelector("h2:has-text('Repairs')");
  await shots(page, "day-english");
  await inFrench(page);
}

// Two people at the desk, one of them with a phone: what one does the other sees.
async function twoDesks() {
  const fair = await laid({ buyers: 2, suppliers: 2, slots: 6, tables: 2 });
  await publish(await whole(await planned(fair)));
  const [left, right] = [await open("organiser", { path: `/app/conventions/${fair.id}/day` }), await open("organiser", { path: `/app/conventions/${fair.id}/day`, width: 320 })];
  await desk(right)("Acheteuse 1").locator("button:has-text('Arrivé')").click();
  await desk(left)("Acheteuse 1").locator(".tag:has-text('Arrivé à')").waitFor();
  // Both at once: the first arrival counts.
  await Promise.all([left, right].map((page) => desk(page)("Acheteuse 2").locator("button:has-text('Arrivé')").click()));
  for (const page of [left, right]) await desk(page)("Acheteuse 2").locator(".tag:has-text('Arrivé à')").waitFor();
}

// The device's camera reads codes one after the other: what it sees is given here.
async function theCamera() {
  const fair = await laid({ buyers: 1, suppliers: 1, slots: 6, tables: 2 });
  await publish(await whole(await planned(fair)));
  const codes = [];
  for (const p of [...fair.buyers, ...fair.suppliers]) codes.push((await api("organiser", "GET", `/v1/participants/${p.id}`)).links.checkin);
  const page = await open("organiser");
  await page.addInitScript((seen) => {
    navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream(5);
    HTMLMediaElement.prototype.play = async () => {};
    let looks = 0;
    window.BarcodeDetector = class {
      detect = async () => [{ rawValue: seen[Math.min(Math.floor(looks++ / 3), seen.length - 1)] }];
    };
  }, codes);
  await go(page, `/app/conventions/${fair.id}/day`);
  await page.click("button:has-text('Lire les QR codes')");
  await page.waitForSelector("dialog .toasts p:has-text('Acheteuse 1 : arrivée notée')");
  await page.waitForSelector("dialog .toasts p:has-text('Fournisseur 1 : arrivée notée')");
  await shots(page, "day-camera");
  await page.click("dialog button:has-text('Fermer') >> nth=-1");
  for (const name of ["Acheteuse 1", "Fournisseur 1"]) await desk(page)(name).locator(".tag:has-text('Arrivé à')").waitFor();
}

// Mending is not published by itself: it waits.
async function aDraftOfARepair() {
  const fair = await laid({ buyers: 2, suppliers: 2, pairs: [[0, 0], [1, 1]], auto: false });
  await publish(await drafted(fair, [[0, 1, "T1"], [1, 1, "T2"]]));
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/day` });
  await page.waitForSelector("text=Rien à réparer");
  await api("organiser", "POST", `/v1/participants/${fair.buyers[0].id}/missing`, { until: 3 });
  await page.waitForSelector("text=Cette réparation attend que vous la publiiez.");
  await shots(page, "day-draft");
  await page.click("button:has-text('Publier, définitif')");
  await page.waitForSelector("dialog:has-text('2 personnes sont prévenues')");
  await page.click("dialog button:has-text('Publier et prévenir')");
  await page.waitForSelector("li .tag:has-text('Définitif')");
}

// The board turns its pages when there are more tables than fit.
async function theHall() {
  const fair = await laid({ buyers: 14, suppliers: 14, pairs: Array.from({ length: 14 }, (_, i) => [i, i]), tables: 14, slots: 2 });
  await publish(await drafted(fair, fair.requests.map((_, i) => [i, 1, `T${i + 1}`])));
  const hall = await open(null, { path: `/app/hall?t=${fair.hall.split("/").pop()}`, height: 700 });
  await hall.waitForSelector("text=1 / 2");
  await hall.waitForSelector("text=2 / 2");
  await hall.click("button:has-text('Pause')");
  equal(await hall.locator(".changed").count(), 0, "the first version changes nothing");
  await shots(hall, "hall-pages");
  await hall.setViewportSize({ width: 1920, height: 1080 });
  await hall.waitForFunction(() => document.querySelectorAll(".slots section:first-child li").length === 14);
  await hall.screenshot({ path: `${stage.shots}/hall-large.png` });
  check(await hall.evaluate(() => document.documentElement.scrollHeight <= innerHeight), "all of it is on the screen");
  await hall.setViewportSize({ width: 320, height: 900 });
  await hall.waitForSelector("li:has-text('T14')");
  equal(await hall.locator("section li").count(), 14, "on a small screen all of them");
}

// Without a connection the board says so, goes on by its clock, and comes up to date by itself; one that is opened then waits for it.
async function theHallAlone() {
  const start = new Date(Date.now() + 9000).toISOString();
  const fair = await laid({ buyers: 2, suppliers: 1, pairs: [[0, 0], [1, 0]], sessions: [{ name: "matin", start, slots: 3, minutes: 20 }] });
  await publish(await drafted(fair, [[0, 1, "T1"], [1, 2, "T2"]]));
  const hall = await open(null, { expected: ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"] });
  await hall.route("**/v1/halls/*", (route) => route.abort());
  await hall.goto(`/app/hall?t=${fair.hall.split("/").pop()}`);
  await hall.waitForSelector("text=Pas de connexion pour l'instant");
  await hall.unroute("**/v1/halls/*");
  await hall.evaluate(() => dispatchEvent(new Event("online")));
  await hall.waitForSelector("h2:has-text('Premier créneau')");
  await hall.context().setOffline(true);
  await hall.waitForSelector("text=Connexion perdue");
  await hall.waitForSelector(".on h2:has-text('En ce moment')");
  await shots(hall, "hall-lost");
  await api("organiser", "POST", `/v1/conventions/${fair.id}/tables`, { table: "T3", lost: true });
  await hall.context().setOffline(false);
  await hall.waitForSelector("text=Table hors service : T3");
  await hall.waitForSelector("text=Connexion perdue", { state: "detached" });
}

// As a slot begins the board and the day turn to it.
async function inTime() {
  const start = new Date(Date.now() + 12000).toISOString();
  const fair = await laid({ buyers: 2, suppliers: 1, pairs: [[0, 0], [1, 0]], sessions: [{ name: "matin", start, slots: 3, minutes: 20 }] });
  await publish(await drafted(fair, [[0, 1, "T1"], [1, 2, "T2"]]));
  const hall = await open(null, { path: `/app/hall?t=${fair.hall.split("/").pop()}` });
  await hall.waitForSelector("h2:has-text('Premier créneau')");
  await hall.waitForSelector(".on h2:has-text('En ce moment')");
  await hall.waitForSelector("section:has-text('Ensuite') >> text=Acheteuse 2");
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/day` });
  await page.waitForSelector("li:has-text('Créneau en cours') >> text=1 rendez-vous");
  await page.click("button[aria-label='Arrivé : Acheteuse 2']");
  await page.waitForSelector("li:has-text('Arrivés') >> text=sur 3 attendus");
  await page.waitForSelector("li:has-text('Arrivés') .big:has-text('1')");
}

async function onPaper() {
  const fair = await laid({ buyers: 12, suppliers: 12, pairs: Array.from({ length: 12 }, (_, i) => [i, i]), tables: 12, slots: 12 });
  await publish(await drafted(fair, fair.requests.map((_, i) => [i, i + 1, `T${i + 1}`])));
  const page = await open("organiser", { path: `/app/conventions/${fair.id}/wall` });
  await page.waitForSelector(".wall table");
  await shots(page, "wall");
  equal(await page.locator(".wall thead tr:first-child:has-text('Rendez-vous de Thiers · vendredi 2 mars 2091')").count(), 2, "each sheet says what it is");
  await page.emulateMedia({ media: "print" });
  check(!(await page.isVisible("header.top")) && !(await page.isVisible("text=Imprimer")), "only the grid is printed");
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m) => [Math.round(m[1]), Math.round(m[2])]);
  check(boxes.length >= 2 && boxes.length <= 4 && boxes.every(([w, h]) => w === 842 && h === 595), "A4 across:", boxes);
  await page.emulateMedia({ media: "screen" });
  const [sheets] = await Promise.all([page.context().waitForEvent("page"), page.click("a:has-text('Une feuille par participant')")]);
  await sheets.waitForSelector("text=Acheteuse 1");
  await sheets.close();
  await page.click("button:has-text('Tables × créneaux')");
  await page.waitForSelector("th:has-text('T12')");
}

await run(nothingYet, aRun, aLongRun, handsOn, byKeyboard, aCopy, narrow, theDay, theDesk, theCamera, twoDesks, aDraftOfARepair, theHall, theHallAlone, inTime, onPaper);
