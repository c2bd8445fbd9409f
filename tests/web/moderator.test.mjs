// SPDX-License-Identifier: EUPL-1.2
// What moderators do: needs that wait, claims, who asks to join, reports, suspension; deliveries, the log, the settings.
// settings: moderation=1 webhook_networks=127.0.0.1
import { createServer } from "node:http";
import { api, becomes, check, equal, go, mail, open, people, run, settled, shots, sql, until } from "./world.mjs";

const heading = (page, text) => page.waitForSelector(`h1:has-text("${text}")`);
const said = (page, text) => page.waitForSelector(`.toasts p:has-text("${text}")`);
const tab = (page, text) => page.waitForSelector(`.tabs a:has-text("${text}")`);
const card = (page, text) => page.locator(`main li.card:has-text("${text}")`).first();

// A button of a card, and what its question is answered.
async function decide(page, text, button, reason) {
  await card(page, text).locator(`button:text-is("${button}")`).click();
  if (reason) await page.fill("dialog textarea", reason);
  await page.click("dialog button.main");
}

const post = (title, more = {}) => api("buyer", "POST", "/v1/needs", {
  kind: "devis", title, description: "Deux fois par semaine.", places: ["departement:63"],
  lots: [{ number: 1, title: "Écoles", cpv: ["90911200"], value: { min: 10000, max: 40000 }, reserved: ["L2113-13"], services: ["services"] }], ...more,
});

async function needs() {
  const first = await post("Nettoyage des écoles"), second = await post("Goûters des écoles");
  equal(first.state, "pending");
  const theirs = await open("buyer", { path: `/app/needs/${first.id}` });
  await theirs.waitForSelector(".note.warn");
  const page = await open("moderator", { path: "/app" });
  await page.click("header >> text=Modération");
  await heading(page, "Besoins en attente");
  await tab(page, "Besoins (2)");
  for (const words of ["Deux fois par semaine.", "90911200", "40 000", "Réservé aux structures d'insertion", "Demande de devis"]) await page.waitForSelector(`main details[open] >> text=${words}`);
  await shots(page, "moderation-needs");
  await card(page, "Nettoyage").locator("button:text-is('Publier')").click();
  await shots(page, "moderation-accept");
  await page.click("dialog button.main");
  await said(page, "est publié");
  await tab(page, "Besoins (1)");
  await theirs.reload();
  await theirs.waitForSelector("main .tag:has-text('Publié')");

  // What was changed since it was read is not accepted unseen.
  await api("buyer", "PUT", `/v1/needs/${second.id}`, { kind: "devis", title: "Goûters bio des écoles", places: ["departement:63"], lots: [{ cpv: ["15800000"] }] }, { "If-Match": `"${second.version}"` });
  await decide(page, "Goûters", "Publier");
  await said(page, "a changé entre-temps");
  await card(page, "Goûters bio").waitFor();
  await decide(page, "Goûters bio", "Renvoyer à l'acheteur");
  await page.waitForSelector("dialog .wrong");
  await shots(page, "moderation-refuse-wrong");
  await page.fill("dialog textarea", "Précisez les quantités.");
  await page.click("dialog button.main");
  await said(page, "renvoyé");
  await page.waitForSelector("text=Aucun besoin n'attend");
  await becomes(() => page.evaluate(() => document.activeElement.tagName), "H1", "the focus is not lost with the row");
  await shots(page, "moderation-needs-none");
  equal((await api("buyer", "GET", `/v1/needs/${second.id}`)).state, "draft");
  check((await mail("buyer@exemple.fr", "Précisez les quantités.")).includes("Goûters bio"));
  await mail("buyer@exemple.fr", "est publié");

  // What comes while one is away is there when one comes back.
  const third = await post("Tontes");
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await card(page, "Tontes").waitFor();
  await api("buyer", "POST", `/v1/needs/${third.id}/cancel`);
}

// A morning's queue by keys alone: read, accept, on to the next; one goes back with its reason.
async function morning() {
  const titles = ["Un", "Deux", "Trois", "Quatre", "Cinq"].map((n) => `Lot de papier ${n}`);
  for (const title of titles) await post(title);
  const page = await open("moderator", { path: "/app/moderation" });
  await tab(page, "Besoins (5)");
  equal(await page.locator("main details[open]").count(), 1, "the first is open to be read");
  await page.focus("main li.card a");
  for (const left of [4, 3]) {
    await page.keyboard.press("a");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Enter");
    await tab(page, `Besoins (${left})`);
    await page.waitForFunction(() => document.activeElement.closest("li.card")); // the next one
  }
  await page.keyboard.press("j");
  await becomes(() => page.evaluate(() => document.activeElement.textContent), titles[3]);
  await becomes(() => page.evaluate(() => document.activeElement.closest("li").querySelector("details").open), true);
  await shots(page, "moderation-queue");
  await page.keyboard.press("r");
  await page.keyboard.type("Trop vague : a, j et k ne sont que des lettres.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await said(page, "renvoyé");
  await tab(page, "Besoins (2)");
  await page.waitForFunction((title) => document.activeElement.textContent === title, titles[4]);
  await page.keyboard.press("k");
  await becomes(() => page.evaluate(() => document.activeElement.textContent), titles[2]);
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await tab(page, "Besoins (1)");
  await page.waitForFunction(() => document.activeElement.closest("li.card"));
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Aucun besoin n'attend");
  equal(sql("select string_agg(distinct state, ',' order by state) from need where body ->> 'title' like 'Lot de papier%'"), "draft,published");
  for (const { id, title } of (await api("buyer", "GET", "/v1/needs?mine=1&state=published")).items) if (titles.includes(title)) await api("buyer", "POST", `/v1/needs/${id}/cancel`);
}

async function claims() {
  const own = await api("supplier", "GET", "/v1/organisation");
  await api("supplier", "PUT", "/v1/organisation", { name: own.name, kinds: ["supplier", "organiser"], structures: ["EI", "ESUS", "EA"] }, { "If-Match": `"${own.version}"` });
  const page = await open("moderator", { path: "/app/moderation/claims" });
  await tab(page, "Déclarations (3)");
  await shots(page, "moderation-claims");
  await decide(page, "Entreprise adaptée", "Confirmer", "Agrément préfectoral vu");
  await said(page, "est confirmé");
  await tab(page, "Déclarations (2)");
  await decide(page, "Organisateur", "Refuser", "Pas de convention");
  await said(page, "est refusé");
  await tab(page, "Déclarations (1)");
  const now = await api("supplier", "GET", "/v1/organisation");
  equal([now.structures, now.declared, now.kinds], [["EI", "EA"], ["ESUS"], ["supplier"]]);
  const theirs = await open("supplier", { path: "/app/organisation" });
  await theirs.waitForSelector("li:has(.tag.good):has-text('Entreprise adaptée')");
  await theirs.waitForSelector("li:has(.tag.warn):has-text('utilité sociale')");
  check((await mail("supplier@exemple.fr", "Agrément préfectoral vu")).includes("confirmé"));

  // Confirmed by mistake: taken back where organisations are found.
  await go(page, `/app/moderation/organisations?q=${people.supplier.siret}`);
  await page.click("main button:has-text('Retirer « Entreprise adaptée')");
  await page.fill("dialog textarea", "Agrément d'une autre entreprise");
  await page.click("dialog button.main");
  await said(page, "n'est plus confirmé");
  equal((await api("supplier", "GET", "/v1/organisation")).structures, ["EI"]);
}

async function joins() {
  const ask = (id, name) => sql(`insert into person (id, email, name) values ('${id}', '${name.toLowerCase()}@exemple.fr', '${name}');
    insert into member (person, organisation, role) values ('${id}', '${people.organiser.organisation}', 'asked')`);
  ask("11111111-1111-4111-8111-111111111111", "Ida");
  ask("22222222-2222-4222-8222-222222222222", "Max");
  const page = await open("moderator", { path: "/app/moderation/joins" });
  await tab(page, "Adhésions (2)");
  await shots(page, "moderation-joins");
  await card(page, "Ida").locator("button:text-is('Accepter')").click();
  await page.selectOption("dialog select", "editor");
  await page.click("dialog button.main");
  await said(page, "Ida rejoint CRESS");
  await decide(page, "Max", "Refuser");
  await page.waitForSelector("text=Personne n'attend");
  await shots(page, "moderation-joins-none");
  equal(sql(`select p.name || ' ' || m.role from member m join person p on p.id = m.person where m.organisation = '${people.organiser.organisation}' and p.name in ('Ida', 'Max')`), "Ida editor");
  await mail("max@exemple.fr", "n'a pas été acceptée");
}

async function reports() {
  const { items } = await api("buyer", "GET", "/v1/needs?mine=1");
  const need = items.find((n) => n.state === "published");
  await api("supplier", "POST", "/v1/reports", { need: need.id, reason: "content", remark: "Ce n'est pas un marché." });
  await api("supplier", "POST", "/v1/reports", { organisation: people.otherbuyer.organisation, reason: "fraud" });
  const page = await open("moderator", { path: "/app/moderation/reports" });
  await tab(page, "Signalements (2)");
  await card(page, "Nettoyage").locator("summary").click();
  await page.waitForSelector("text=Deux fois par semaine.");
  await shots(page, "moderation-reports");
  await decide(page, "Nettoyage", "Clore", "C'en est un.");
  await said(page, "est clos");
  await tab(page, "Signalements (1)");
  await card(page, "Usurpation").locator("button:text-is('Suspendre')").click();
  await page.click("dialog button.main");
  await page.waitForSelector("dialog .wrong");
  await page.fill("dialog textarea", "Ce n'est pas le département.");
  await page.click("dialog button.main");
  await said(page, "est suspendue");
  await decide(page, "Usurpation", "Clore");
  await page.waitForSelector("text=Aucun signalement");

  // It is told, and found; and restored.
  const theirs = await open("otherbuyer", { path: "/app/organisation" });
  await theirs.waitForSelector("text=Votre organisation est suspendue");
  await shots(theirs, "organisation-suspended");
  await mail("otherbuyer@exemple.fr", "Ce n'est pas le département.");
  await page.click(".tabs >> text=Organisations");
  await page.waitForSelector("h2:has-text('Suspendues en ce moment')");
  await page.waitForSelector("h3:has-text(\"Département de l'Allier\")");
  await page.fill("main input[type=search]", "departement allier");
  await page.press("main input[type=search]", "Enter");
  await page.waitForSelector("text=Aucune organisation trouvée");
  await page.fill("main input[type=search]", "DEPARTEMENT de l'al");
  await page.press("main input[type=search]", "Enter");
  await page.waitForSelector(".tag.bad:has-text('suspendue depuis')");
  check(page.url().includes("q=DEPARTEMENT"), page.url());
  await shots(page, "moderation-organisations");
  await decide(page, "Allier", "Rétablir", "Vérifié par téléphone.");
  await said(page, "est rétablie");
  await until(async () => !(await page.locator(".tag.bad").count()), "it is no longer suspended");
  await page.fill("main input[type=search]", people.buyer.siret.slice(0, 9));
  await page.press("main input[type=search]", "Enter");
  await page.waitForSelector("h3:has-text('Ville de Clermont-Ferrand')");
}

// A webhook whose other side is down, and comes back.
async function outbox() {
  let status = 500, taken = false;
  const server = createServer((request, answer) => {
    request.resume();
    taken ||= status === 200;
    answer.statusCode = status;
    answer.end();
  });
  // A try has failed, and the next one is not due for long.
  const failed = () => sql("update outbox set due = now() + interval '1 hour' where channel = 'webhook' and attempts > 0 and state = 'due' returning 1");
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const hook = await api("supplier", "POST", "/v1/channels", { kind: "webhook", url: `http://127.0.0.1:${server.address().port}/very/secret`, personal: false });
    await api("supplier", "POST", `/v1/channels/${hook.id}/test`);
    const page = await open("moderator", { path: "/app/moderation/outbox" });
    await until(failed, "a try has failed");
    await page.click("main button:text-is('Actualiser')");
    await page.waitForSelector("tr:has-text('Propre et Net') td:has-text('500')");
    check(!(await page.textContent("main")).includes("secret/"), "no address is shown");
    await shots(page, "moderation-outbox");
    status = 200;
    await page.click("tr:has-text('Propre et Net') button:text-is('Refaire')");
    await said(page, "est refait");
    await until(() => taken, "it came again");
    await page.selectOption("#f-state", "done");
    await page.selectOption("#f-channel", "webhook");
    await until(async () => (await page.click("main button:text-is('Actualiser')"), (await page.locator("tr:has-text('Essai') .tag.good").count()) === 1), "it is delivered");
    await shots(page, "moderation-outbox-done");

    status = 500;
    await api("supplier", "POST", `/v1/channels/${hook.id}/test`);
    await until(failed, "a try has failed");
    await page.selectOption("#f-state", "due");
    await until(async () => (await page.click("main button:text-is('Actualiser')"), await page.locator("tr:has-text('500') button:text-is('Abandonner')").count()), "it has failed");
    await page.click("tr:has-text('500') button:text-is('Abandonner')");
    await page.click("dialog button.main");
    await said(page, "abandonné");
    await page.waitForSelector("text=Rien de tel en ce moment");
    equal(sql("select said from outbox where kind = 'test' and state = 'failed'"), "dropped by the operator");
  } finally {
    server.close();
  }
}

async function log() {
  const page = await open("moderator", { path: "/app/moderation/audit" });
  for (const words of ["Envoi refait", "Envoi abandonné", "Organisation suspendue", "Confirmé · Entreprise adaptée"]) await page.waitForSelector(`td:has-text("${words}")`);
  await page.waitForSelector("td:has-text('Mo Dératrice')");
  equal(await page.locator("td:has-text('log.')").count(), 0, "every kind of entry has its words");
  await page.click("main button:text-is('Vérifier la chaîne')");
  await page.waitForSelector(".note.good:has-text('La chaîne tient')");
  const [seq, hash] = sql("select seq || ':' || hash from audit_head").split(":");
  equal(await page.textContent("main .note code"), `${seq}:${hash}`);
  await shots(page, "moderation-audit");
  sql("alter table audit disable trigger audit_keep; update audit set entry = replace(entry, 'suspended', 'forgotten') where entry like '%suspended%'; alter table audit enable trigger audit_keep");
  await page.click("main button:text-is('Vérifier la chaîne')");
  await page.waitForSelector(".note.bad:has-text('La chaîne est rompue')");
  await shots(page, "moderation-audit-broken");
  sql("alter table audit disable trigger audit_keep; update audit set entry = replace(entry, 'forgotten', 'suspended') where entry like '%forgotten%'; alter table audit enable trigger audit_keep");
}

async function settings() {
  const page = await open("moderator", { path: "/app/moderation/settings" });
  await page.waitForSelector("tr:has-text('notice_days') >> text=90");
  equal(await page.locator("tr:has(code:text-is('smtp_url')) td >> nth=0").textContent().then((s) => s.trim()), "pas donné");
  await page.fill("main input[type=search]", "réservé ou avis");
  await page.waitForSelector("text=0 réglage");
  await page.fill("main input[type=search]", "conservation des avis");
  await page.waitForSelector("text=1 réglage");
  await page.fill("main input[type=search]", "");
  await page.check("main label.check input");
  await page.waitForSelector("tr:has(code:text-is('moderation')) .tag:has-text('de la commande')");
  check(!(await page.locator("tr:has-text('notice_days')").count()), "only those that are given");
  await shots(page, "moderation-settings");
}

// The same pages in English, and for who may not see them.
async function english() {
  await post("Cleaning");
  await post("Signage");
  const page = await open("moderator", { language: "en", path: "/app" });
  await page.click("header >> text=English");
  for (const [path, title] of [["", "Needs that wait"], ["/claims", "Claims to confirm"], ["/joins", "Requests to join"], ["/reports", "Reports"], ["/organisations", "Organisations"],
    ["/outbox", "Deliveries"], ["/audit", "Log of sensitive changes"], ["/settings", "Settings"]]) {
    await go(page, `/app/moderation${path}`);
    equal(await page.textContent("h1"), title);
    await shots(page, `moderation-en${path.replace("/", "-")}`);
  }
  const other = await open("buyer", { path: "/app/moderation/settings" });
  await settled(other);
  await other.waitForSelector("text=réservée aux modérateurs");
  equal(await other.locator("header >> text=Modération").count(), 0);
}

await run(needs, morning, claims, joins, reports, outbox, log, settings, english);
