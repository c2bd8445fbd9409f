// SPDX-License-Identifier: EUPL-1.2
// How one comes in, and what one finds there: signing up, in and out; one's account; the organisation and its people.
import { api, check, equal, go, mail, open, people, run, settled, shots, sql, until } from "./world.mjs";

const siren = "552100554"; // of an enterprise that nobody has registered; its establishments follow
const siret = (establishment) => {
  for (let last = 0; ; last++) {
    const digits = `${siren}${String(establishment).padStart(4, "0")}${last}`;
    const sum = [...digits].reverse().reduce((s, d, i) => s + (i % 2 ? (2 * d > 9 ? 2 * d - 9 : 2 * d) : Number(d)), 0);
    if (sum % 10 === 0) return digits;
  }
};
const button = (page, text) => page.click(`main button:text-is("${text}")`);
const heading = (page, text) => page.waitForSelector(`h1:has-text("${text}")`);
const said = (page, text) => page.waitForSelector(`.toasts p:has-text("${text}")`);
const link = async (address, words) => (await mail(address, words)).match(/https?:\/\/\S+\/ticket\?t=[\w-]+/)[0].replace(/^https?:\/\/[^/]+/, "");

// The mailed link's own page, whose last link leads to the client.
async function follow(page, path, password) {
  await page.goto(path);
  if (password) await page.fill("input[type=password]", password);
  await page.click("main button");
  await page.click("main a[href='/app']");
  await settled(page);
}

async function signUp() {
  const page = await open(null, { path: `/app/signup?siret=${siret(1)}&kind=supplier&to=/app/open` });
  await page.waitForSelector("text=Nom de votre organisation");
  await shots(page, "signup");
  await button(page, "S'inscrire");
  await page.waitForSelector("[role=alert]");
  equal(await page.locator(".wrong").count(), 3, "each field that is missing says so");
  await shots(page, "signup-wrong");
  await page.fill("input[autocomplete=organization]", "Régie de quartier");
  check(await page.isChecked("label:has-text('Fournisseur') input"), "as which one came");
  await page.check("label:has-text(\"Entreprise d'insertion\") >> nth=0");
  await page.fill("input[autocomplete=name]", "Zoé Durand");
  await page.fill("input[type=email]", "zoe@rigie.example");
  await button(page, "S'inscrire");
  await heading(page, "Un courriel est en route");
  await button(page, "Renvoyer le courriel");
  await said(page, "Un nouveau lien est parti");
  await button(page, "Changer d'adresse"); // what was written is still there
  equal(await page.inputValue("input[autocomplete=name]"), "Zoé Durand");
  await page.fill("input[type=email]", "zoe@regie.example");
  await button(page, "S'inscrire");
  await heading(page, "Un courriel est en route");
  await shots(page, "mailed");
  await follow(page, await link("zoe@regie.example"), "trois chevaux au pré");
  await heading(page, "Besoins ouverts");
  await go(page, "/app");
  equal(await page.textContent("h1"), "Bonjour Zoé Durand");

  // The enterprise is known now: it can be joined, or another establishment of it made.
  const other = await open(null, { path: "/app/signup" });
  await other.fill("main input", "123");
  await button(other, "Continuer");
  await other.waitForSelector(".wrong");
  await other.fill("main input", siret(2));
  await button(other, "Continuer");
  await other.waitForSelector("text=Rejoindre Régie de quartier");
  await shots(other, "signup-known");
  await other.fill("input[autocomplete=name]", "Ali Ben");
  await other.fill("input[type=email]", "ali@regie.example");
  await button(other, "S'inscrire");
  await heading(other, "Un courriel est en route");
  await follow(other, await link("ali@regie.example"));
  await go(other, "/app");
  await other.waitForSelector("text=un responsable doit encore vous accepter");
  await shots(other, "home-alone");
  await go(page, "/app/organisation/members");
  await shots(page, "members-asking");
  await page.click("button:has-text('Accepter : Rédaction')");
  await said(page, "Ali Ben vous a rejoint");
  await mail("ali@regie.example", "acceptée");
  await go(other, "/app");
  await other.waitForSelector("text=Régie de quartier");

  const third = await open(null, { path: `/app/signup?siret=${siret(3)}` });
  await third.check("label:has-text('à part') input");
  await third.fill("input[autocomplete=organization]", "Régie, antenne");
  await third.check("label:has-text('Acheteur') input");
  await third.fill("input[autocomplete=name]", "Luc Petit");
  await third.fill("input[type=email]", "luc@regie.example");
  await button(third, "S'inscrire");
  await heading(third, "Un courriel est en route");
  await follow(third, await link("luc@regie.example"));
  await go(third, "/app");
  await third.waitForSelector("text=Régie, antenne");
}


// By password and by link, out again; where one was going is where one arrives.
async function signIn() {
  const page = await open(null, { path: "/app/account?from=mail" });
  await heading(page, "Se connecter");
  await page.fill("input[type=email]", people.otherbuyer.email);
  await button(page, "Se connecter"); // without a password: a link
  await heading(page, "Un courriel est en route");
  await page.goto(await link(people.otherbuyer.email));
  await page.click("main button");
  await page.click("main a[href='/app']");
  await heading(page, "Mon compte");
  check(page.url().endsWith("/app/account?from=mail"), "where one was going, through the mail:", page.url());
  await page.click("header >> text=Se déconnecter");
  await go(page, "/app/account?from=mail");
  await page.fill("input[type=email]", "zoe@regie.example");
  await page.fill("input[type=password]", "pas celui-ci");
  await button(page, "Se connecter");
  await page.waitForSelector("[role=alert]:has-text('ne convient pas')");
  await shots(page, "signin-wrong");
  await page.fill("input[type=password]", "trois chevaux au pré");
  await page.press("input[type=password]", "Enter");
  await heading(page, "Mon compte");
  check(page.url().endsWith("/app/account?from=mail"), page.url());
  await page.click("header >> text=Se déconnecter");
  await heading(page, "Se connecter");
  await go(page, "/app");
  await heading(page, "Se connecter");

  await page.fill("input[type=email]", "ali@regie.example");
  await button(page, "Recevoir un lien");
  await heading(page, "Un courriel est en route");
  await follow(page, await link("ali@regie.example", "vous connecte"));
  await go(page, "/app");
  await heading(page, "Bonjour Ali Ben");

  // Forgotten; what was open elsewhere ends by that, and the address one was at is kept.
  const elsewhere = await open(null, { path: "/app/signin" });
  await elsewhere.fill("input[type=email]", "zoe@regie.example");
  await button(elsewhere, "Mot de passe oublié");
  await heading(elsewhere, "Un courriel est en route");
  await page.click("header >> text=Se déconnecter");
  await page.fill("input[type=email]", "zoe@regie.example");
  await page.fill("input[type=password]", "trois chevaux au pré");
  await button(page, "Se connecter");
  await heading(page, "Bonjour Zoé Durand");
  await follow(elsewhere, await link("zoe@regie.example", "choisir un nouveau mot de passe"), "cinq poules au jardin");
  await page.click("nav >> text=Organisation");
  await page.waitForSelector("dialog h2:has-text('Votre session est terminée')");
  await page.click("dialog button:has-text('Quitter cette page')");
  await heading(page, "Se connecter");
  check(page.url().includes("to=%2Fapp%2Forganisation"), page.url());
  await page.fill("input[type=email]", "zoe@regie.example");
  await page.fill("input[type=password]", "cinq poules au jardin");
  await button(page, "Se connecter");
  await page.waitForSelector(".tabs");
  check(page.url().endsWith("/app/organisation"), page.url());
}

// Of several organisations, one acts in the name of one.
async function several() {
  sql(`insert into member (person, organisation, role) select p.id, '${people.buyer.organisation}', 'reader' from person p where p.email = 'ali@regie.example'`);
  const page = await open(null, { path: "/app/signin" });
  await page.fill("input[type=email]", "ali@regie.example");
  await button(page, "Recevoir un lien");
  await heading(page, "Un courriel est en route");
  const path = await until(async () => {
    const found = await link("ali@regie.example", "vous connecte");
    return (await page.request.get(found)).ok() && found;
  }, "a link that was not used yet");
  await follow(page, path);
  await go(page, "/app/account");
  await shots(page, "account-several");
  await page.click("header button:has-text('Agir au nom de')");
  await page.click("dialog button:has-text('Ville de Clermont-Ferrand')");
  await page.waitForSelector("nav >> text=Mes besoins");
  await page.waitForSelector("main .soft:has-text('Ville de Clermont-Ferrand')");
  await go(page, "/app/organisation");
  await page.waitForSelector("main .soft:has-text('Ville de Clermont-Ferrand · Lecture')");
  equal(await page.locator("main form").count(), 0, "who reads changes nothing");
}

async function account() {
  const page = await open("othersupplier", { path: "/app/account" });
  await shots(page, "account");
  await page.fill("input[autocomplete=name]", "Karim B.");
  await page.selectOption("main select", "en");
  await page.click("main form button.main");
  await heading(page, "My account");
  await page.waitForSelector("header >> text=Karim B.");
  equal(await page.getAttribute("html", "lang"), "en");
  await shots(page, "account-en");
  await page.reload();
  await settled(page);
  equal(await page.textContent("h1"), "My account", "the language is kept");

  await go(page, "/app/account/security");
  await page.waitForSelector("text=You have no password");
  await page.fill("input[autocomplete=new-password]", "motdepasse123");
  await page.click("main form button.main");
  await page.waitForSelector(".wrong");
  await page.fill("input[autocomplete=new-password]", "sept renards dans la neige");
  await page.click("main form button.main");
  await said(page, "Your password is changed");
  await page.waitForSelector("h2:has-text('Change the password')");
  await shots(page, "security-en");
  await page.fill("input[autocomplete=current-password]", "wrong");
  await page.fill("input[autocomplete=new-password]", "huit renards dans la neige");
  await page.click("main form button.main");
  await page.waitForSelector(".wrong");
  await page.fill("input[autocomplete=current-password]", "sept renards dans la neige");
  await page.click("main form button.main");
  await until(async () => (await page.inputValue("input[autocomplete=current-password]")) === "", "the form is emptied");

  // One session of two ends: that of a device that was lost.
  const lost = await open(null, { language: "en" });
  await go(lost, "/app/signin");
  await lost.fill("input[type=email]", people.othersupplier.email);
  await lost.fill("input[type=password]", "huit renards dans la neige");
  await lost.click("main form button.main");
  await heading(lost, "Hello Karim B.");
  await page.reload();
  await page.waitForSelector("main tbody tr:nth-child(2)");
  check((await page.textContent("main tbody")).includes("Chrome · Linux"), "which device it is");
  await shots(page, "security-sessions-en");
  await page.click("main tbody button");
  await said(page, "The session has ended.");
  await until(async () => (await page.locator("main tbody tr").count()) === 1, "one session");
  await lost.click("header >> text=Alerts");
  await lost.waitForSelector("dialog h2:has-text('Your session has ended')");

  // A new address, with the password; its link closes the sessions.
  await go(page, "/app/account");
  await page.fill("input[type=email]", "karim@jardins.example");
  await page.click("main form button.main");
  await page.waitForSelector("#f-password-wrong");
  await page.fill("input[type=password]", "huit renards dans la neige");
  await page.click("main form button.main");
  await page.waitForSelector("text=A link was just sent to karim@jardins.example");
  await shots(page, "account-mailed-en");
  const fresh = await open(null, { language: "en" });
  await follow(fresh, await link("karim@jardins.example"));
  await go(fresh, "/app/account");
  equal(await fresh.inputValue("input[type=email]"), "karim@jardins.example");
  await page.click("main .tabs >> text=Signing in");
  await page.waitForSelector("dialog h2:has-text('Your session has ended')");

  // Out everywhere.
  await go(fresh, "/app/account/security");
  await fresh.click("main button:has-text('Sign out everywhere')");
  await fresh.click("dialog button.main");
  await heading(fresh, "Sign in");
  equal(sql("select count(*) from session s join person p on p.id = s.person where p.email = 'karim@jardins.example'"), "0");
}

async function download(page, click, name, words) {
  const [file] = await Promise.all([page.waitForEvent("download"), click()]);
  check(file.suggestedFilename().endsWith(name), file.suggestedFilename());
  const text = await (await import("node:fs/promises")).readFile(await file.path(), "utf8");
  check(text.includes(words), text.slice(0, 300));
}

async function organisation() {
  const page = await open("supplier", { path: "/app/organisation" });
  await shots(page, "organisation");
  await page.check("label:has-text('Entreprise solidaire') input");
  await page.fill("input[type=tel]", "04 73 00 00 00");
  await page.fill("input[autocomplete=organization]", "");
  await button(page, "Enregistrer");
  await page.waitForSelector("#f-name-wrong");
  await page.fill("input[autocomplete=organization]", "Propre et Net SCOP");
  await api("supplier", "PUT", "/v1/organisation", { name: "Propre", kinds: ["supplier"], structures: ["EI"] }, { "If-Match": '"1"' });
  await button(page, "Enregistrer");
  await page.waitForSelector("text=Quelqu'un d'autre a modifié l'organisation");
  await button(page, "Enregistrer");
  await said(page, "enregistré");
  await page.waitForSelector(".tag.warn:has-text('déclaré')");
  await page.waitForSelector("main .soft:has-text('Propre et Net SCOP')");
  equal(await page.inputValue("input[type=tel]"), "04 73 00 00 00");
  await shots(page, "organisation-declared");

  // People: one is invited, gets another role, and it is taken back; the last owner stays.
  await page.click(".tabs >> text=Personnes");
  await heading(page, "Personnes");
  await page.fill("main form input[type=email]", "lea");
  await button(page, "Envoyer l'invitation");
  await page.waitForSelector(".wrong");
  await page.fill("main form input[type=email]", "lea@propre.example");
  await page.selectOption("#f-role", "reader");
  await button(page, "Envoyer l'invitation");
  await page.waitForSelector("li:has-text('lea@propre.example')");
  await shots(page, "members-invited");
  const lea = await open(null);
  await lea.goto(await link("lea@propre.example"));
  await lea.fill("input[name=name]", "Léa Roux");
  await lea.fill("input[type=password]", "deux tulipes en mai");
  await lea.click("main button");
  await lea.waitForSelector("text=Vous avez rejoint");
  await page.reload();
  await page.selectOption("select[aria-label='Rôle de Léa Roux']", "owner");
  await said(page, "Léa Roux : Responsable");
  await page.click(".toasts button");
  await until(async () => (await page.inputValue("select[aria-label='Rôle de Léa Roux']")) === "reader", "the role is taken back");
  await page.selectOption("select[aria-label='Rôle de Zoé Martin']", "reader");
  await said(page, "nommez d'abord un autre responsable");
  await until(async () => (await page.inputValue("select[aria-label='Rôle de Zoé Martin']")) === "owner", "still the owner");
  await shots(page, "members");
  await page.fill("main form input[type=email]", "max@propre.example");
  await button(page, "Envoyer l'invitation");
  await page.click("li:has-text('max@propre.example') button");
  await page.click("dialog button.main");
  await page.waitForSelector("text=Aucune invitation en cours");

  // Who reads sees the same, without the buttons.
  await go(lea, "/app/organisation");
  equal(await lea.locator("main form, main button").count(), 0);
  await shots(lea, "organisation-reader");
  await go(lea, "/app/organisation/members");
  equal(await lea.locator("main select").count(), 0);
  equal(await lea.locator("main button").allTextContents(), ["Quitter"]);
  for (const hidden of ["Journal", "Données"]) equal(await lea.locator(`.tabs >> text=${hidden}`).count(), 0);

  await page.click("tr:has-text('Léa Roux') button:has-text('Retirer')");
  await shots(page, "members-remove");
  await page.click("dialog button.main");
  await until(async () => !(await page.locator("tr:has-text('Léa Roux')").count()), "Léa is gone");
}

async function tokens() {
  const page = await open("supplier", { path: "/app/organisation/tokens" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.fill("#f-label", "tableur");
  await page.check("label:has-text(\"Modifier l'offre\") input");
  await page.fill("#f-days", "30");
  await button(page, "Créer le jeton");
  await page.waitForSelector("main code");
  await shots(page, "tokens");
  await button(page, "Copier");
  await said(page, "copié");
  const token = await page.textContent("main code");
  equal(await page.evaluate(() => navigator.clipboard.readText()), token);
  const ask = () => fetch(`${new URL(page.url()).origin}/v1/organisation`, { headers: { Authorization: `Bearer ${token}` } });
  equal((await ask()).status, 200);
  await page.click("tr:has-text('tableur') button");
  await page.click("dialog button.main");
  await said(page, "est révoqué");
  equal((await ask()).status, 401);
  await page.reload();
  await settled(page);
  equal(await page.locator("main code").count(), 0, "it is shown once");

  await page.click(".tabs >> text=Journal");
  await page.waitForSelector("td:has-text('Jeton révoqué')");
  for (const words of ["Jeton créé", "Rôle changé", "Déclaré · Entreprise solidaire", "Zoé Martin"]) await page.waitForSelector(`td:has-text("${words}")`);
  equal(await page.locator("td:has-text('log.')").count(), 0, "every kind of entry has its words");
  await shots(page, "log");
}

// Taken along, then erased, and what stays is told.
async function erasing() {
  const page = await open("otherbuyer", { path: "/app/organisation/data" });
  await shots(page, "organisation-data");
  await download(page, () => button(page, "JSON"), ".json", "Département de l'Allier");
  await download(page, () => button(page, "CSV"), ".csv", "Département de l'Allier");
  await button(page, "Effacer l'organisation");
  await page.fill("dialog input", "12345678901234");
  await page.click("dialog button.main");
  await page.waitForSelector("dialog .wrong");
  await shots(page, "organisation-erase");
  await page.fill("dialog input", people.otherbuyer.siret);
  await page.click("dialog button.main");
  await page.waitForSelector("text=C'est effacé.");
  await shots(page, "organisation-erased");
  await button(page, "Terminer");
  await page.waitForSelector("text=Vous n'agissez pour aucune organisation");

  await go(page, "/app/account/data");
  await download(page, () => button(page, "JSON"), ".json", "Bruno Roche");
  await button(page, "Effacer mon compte");
  await page.fill("dialog input", "otherbuyer@exemple.fr");
  await page.click("dialog button.main");
  await page.waitForSelector("text=C'est effacé.");
  await shots(page, "account-erased");
  await button(page, "Terminer");
  await page.waitForURL((url) => url.pathname === "/");
  await go(page, "/app");
  await heading(page, "Se connecter");
}

await run(signUp, signIn, several, account, organisation, tokens, erasing);
