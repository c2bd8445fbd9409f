// SPDX-License-Identifier: EUPL-1.2
// The buyer: a need from the first word to its end, drafts, errors, reach, amendments, exports; by keyboard alone; in English.
import { readFileSync } from "node:fs";
import { api, becomes, check, equal, go, open, people, run, settled, shots, stage as world, until } from "./world.mjs";

const offer = (cpv, places, more = {}) => ({ seat: "commune:63113", capabilities: [{ cpv, areas: places, ...more }] });
const ground = async () => {
  const version = await api("supplier", "GET", "/v1/offer").then((o) => o.version, () => 0);
  await api("supplier", "PUT", "/v1/offer", offer("90911200", ["departement:63"]), version && { "If-Match": `"${version}"` });
  await api("othersupplier", "PUT", "/v1/offer", offer("90911200", ["departement:69"]), version && { "If-Match": `"${version}"` });
};
const next = async (page, step) => {
  await page.click("button:has-text('Continuer')");
  await page.waitForSelector(`h2:has-text("${step}")`);
};
const choose = async (page, path, words, code) => {
  const field = page.locator(`#f${path.replaceAll("/", "-")}`);
  await field.fill(words);
  await page.click(`li[role=option]:has-text("${code}")`);
};
const reach = (page, words) => page.waitForSelector(`aside:has-text("${words}")`);
const stage = (page, number, text) => page.waitForSelector(`[data-test=funnel] li:has(.big:text-is("${number}")):has-text("${text}")`);

async function journey() {
  await ground();
  const page = await open("buyer", { path: "/app/needs" });
  await page.waitForSelector("text=Vous n'avez pas encore publié de besoin");
  await shots(page, "needs-empty");
  await page.click("main a:has-text('Publier un besoin') >> nth=0");
  await page.waitForSelector("h2:has-text(\"L'objet\")");
  // A title is all that a draft needs.
  await page.click("button:has-text('Continuer')");
  await page.waitForSelector("[role=alert] a:has-text('Objet')");
  await becomes(() => page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "the summary has the focus");
  await shots(page, "post-error");
  await page.click("[role=alert] a:has-text('Objet')");
  await becomes(() => page.evaluate(() => document.activeElement.id), "f-title", "the field has the focus");
  await page.fill("#f-title", "Nettoyage des écoles");
  await page.click("label:has-text('Demande de devis')");
  await shots(page, "post-1");
  await next(page, "Les lots");
  const id = page.url().match(/needs\/([\w-]{36})\/edit/)[1];
  await page.waitForSelector("text=Publier un besoin");
  await choose(page, "/lots/0/cpv", "nettoyage de bâtiments", "90911200");
  await page.fill("fieldset:has-text('Montant') input >> nth=1", "40000");
  await reach(page, "2 fournisseurs"); // without places: anywhere in France
  // It survives a reload once it was saved, and goes on where one was.
  await next(page, "Lieux et dates");
  await page.waitForSelector("text=/Brouillon enregistré à/");
  await go(page, `/app/needs/${id}/edit`);
  await page.waitForSelector("h2:has-text('Lieux et dates')");
  await choose(page, "/places", "Clermont-Fer", "Clermont-Ferrand");
  await reach(page, "1 fournisseur");
  await page.fill("#f-deadline", "2049-05-18T12:00");
  await shots(page, "post-3");
  await page.click(".steps button:has-text('Les lots')");
  await page.waitForSelector("h2:has-text('Les lots')");
  await shots(page, "post-2");
  // What would one change do: the region reaches both.
  await page.click("aside li:has-text('Auvergne') button:has-text('Appliquer')");
  await reach(page, "2 fournisseurs");
  await page.click(".toasts button:has-text('Annuler')");
  await reach(page, "1 fournisseur");
  await page.click("aside li:has-text('Auvergne') button:has-text('Appliquer')");
  await reach(page, "2 fournisseurs");
  await next(page, "Lieux et dates");
  await next(page, "Réservation et critères");
  await page.fill("#f-lots-0-criteria", "Insertion professionnelle");
  await page.press("#f-lots-0-criteria", "Enter");
  await page.fill("#f-lots-0-criteria", "Très local"); // not added: leaving the field does
  await shots(page, "post-4");
  await next(page, "Vérifier");
  await shots(page, "post-5");
  await page.click("button:has-text('Publier')");
  await page.waitForSelector("h1:has-text('Nettoyage des écoles')");
  // The funnel moves without a reload.
  await stage(page, 2, "prévenus");
  await shots(page, "need");
  await api("supplier", "POST", `/v1/needs/${id}/seen`);
  await stage(page, 1, "vu");
  await api("supplier", "POST", `/v1/needs/${id}/interested`, { message: "Nous sommes prêts." }).catch(() => null);
  await api("othersupplier", "POST", `/v1/needs/${id}/declined`, { reason: "too_far" });
  await stage(page, 1, "décline");
  await page.waitForSelector("[data-test=funnel] :text('Trop loin')");
  await shots(page, "need-answers");
}

const wanted = (more = {}) => ({ kind: "devis", title: "Entretien des bureaux", places: ["commune:63113"], lots: [{ number: 1, cpv: ["90911200"] }], ...more });
const made = (more) => api("buyer", "POST", "/v1/needs", wanted(more)).then((n) => n.id);

async function amends() {
  await ground();
  const id = await made();
  const page = await open("buyer", { path: `/app/needs/${id}` });
  await stage(page, 1, "prévenu");
  await page.click("a:has-text('Modifier')");
  await page.waitForSelector("h2:has-text(\"L'objet\")");
  await page.click(".steps button:has-text('Lieux et dates')");
  await page.waitForSelector("h2:has-text('Lieux et dates')");
  await page.click("button[aria-label='Retirer Clermont-Ferrand (Puy-de-Dôme)']");
  await page.fill("#f-places", "Rhône");
  await page.locator("li[role=option]").filter({ hasText: /^Rhône/ }).click();
  await page.click(".steps button:has-text('Vérifier')");
  // Who would be told of what, before it is sent.
  await page.waitForSelector("li:has-text('1 nouveau fournisseur sera trouvé')");
  await page.waitForSelector("li:has-text('1 fournisseur ne sera plus concerné'):has-text('Propre et Net')");
  await shots(page, "amend");
  // Somebody else is faster.
  await api("buyer", "PUT", `/v1/needs/${id}`, wanted({ title: "Entretien des bureaux et du hall" }), { "If-Match": '"1"' });
  await page.click("button:has-text('Envoyer la modification')");
  await page.waitForSelector("[role=alert]:has-text('modifié entre-temps')");
  await page.waitForSelector("text=/Ce qui diffère.*Objet, Lieux/");
  await shots(page, "amend-conflict");
  await page.click("button:has-text('Garder la mienne')");
  await page.click("button:has-text('Envoyer la modification')");
  await page.waitForSelector("h1:has-text('Entretien des bureaux')");
  await page.waitForSelector("ol.plain h3:has-text('Les Jardins du Puy')");
  equal((await api("buyer", "GET", `/v1/needs/${id}`)).places, ["departement:69"], "what is stored");
  await until(async () => (await api("supplier", "GET", "/v1/notices")).items.some((n) => n.kind === "withdrawn" && n.need.id === id), "who leaves is told");
}

async function tables() {
  await ground();
  const id = await made();
  const page = await open("buyer", { path: `/app/needs/${id}`, acceptDownloads: true });
  await page.waitForSelector("ol.plain h3:has-text('Propre et Net')");
  for (const [link, begin, ending] of [["XLSX", "PK", ".xlsx"], ["CSV", "\ufeffFournisseur;SIRET;", ".csv"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`a:has-text("${link}")`)]);
    check(download.suggestedFilename().endsWith(ending), download.suggestedFilename());
    check(readFileSync(await download.path(), "utf8").startsWith(begin), link);
  }
  // Why not another one?
  await page.click("summary:has-text('Pourquoi pas un autre')");
  await page.fill("#f-siret", people.othersupplier.siret);
  await page.click("button:has-text('Expliquer')");
  await page.waitForSelector("text=Ne convient pas");
  await page.click("summary:has-text('Pourquoi Propre et Net')");
  await page.waitForSelector("text=/\\+40.*Même code CPV/");
  await shots(page, "need-why");
  await page.click(".tabs a:has-text('Déclinent')");
  await page.waitForSelector("text=Personne ici pour l'instant");
}

async function ends() {
  await ground();
  const id = await made(), other = await made({ title: "Un besoin de trop" });
  const page = await open("buyer", { path: `/app/needs/${id}` });
  await stage(page, 1, "prévenu");
  await page.click("button:has-text('Clore')");
  await page.waitForSelector("dialog:has-text('1 fournisseur en sera prévenu')");
  await shots(page, "close");
  await page.click("dialog button:has-text('Non, revenir')");
  await page.click("button:has-text('Clore')");
  await page.click("dialog button.main");
  await page.waitForSelector(".tag:has-text('Clos')");
  await page.click("button:has-text('Déclarer attribué')");
  await page.click("dialog button.main");
  await page.waitForSelector(".tag:has-text('Attribué')");
  await go(page, `/app/needs/${other}`);
  await page.click("main button:has-text('Annuler')");
  await page.click("dialog button.main");
  await page.waitForSelector(".tag:has-text('Annulé')");
  await go(page, `/app/needs/${other}/edit`);
  await page.waitForSelector("text=Ce besoin a pris fin");
  await go(page, `/app/needs/${other}`);
  await page.click("main a:has-text('Tous mes besoins')");
  await page.click(".tabs a:has-text('Annulé')");
  await page.waitForSelector("h2:has-text('Un besoin de trop')");
  equal(await page.locator("main .cards > li").count(), 1, "those in that state");
  await shots(page, "needs");
}

// What is missing is said when one publishes, and leads to its field.
async function missing() {
  const id = (await api("buyer", "POST", "/v1/needs?draft=1", { title: "Un début" })).id;
  const page = await open("buyer", { path: `/app/needs/${id}` });
  await page.click("a:has-text('Continuer le brouillon')");
  await page.click(".steps button:has-text('Vérifier')");
  await page.click("button:has-text('Publier')");
  await page.waitForSelector("[role=alert] li >> nth=2");
  await shots(page, "post-missing");
  await page.click("[role=alert] a:has-text('Lot 1, Codes CPV')");
  await page.waitForSelector("h2:has-text('Les lots')");
  await until(() => page.evaluate(() => document.activeElement.id === "f-lots-0-cpv"), "the field has the focus");
  await page.waitForSelector(".wrong");
  await page.click("button:has-text('Ajouter un lot')");
  await page.waitForSelector("legend:has-text('Lot 2')");
  await page.fill("#f-lots-1-title", "Vitres");
  await shots(page, "post-lots");
  await page.click("button:has-text('Retirer le lot 2')");
  await page.click(".toasts button:has-text('Annuler')");
  equal(await page.inputValue("#f-lots-1-title"), "Vitres", "the lot is back");
  await page.click("button:has-text('Enregistrer et finir plus tard')");
  await page.waitForSelector(".note:has-text('un brouillon')");
  equal((await api("buyer", "GET", `/v1/needs/${id}`)).lots[1]?.title, "Vitres", "leaving saves");
}

// Nothing that was written is lost: by a reload, the back button, or a session that ends.
async function kept() {
  const page = await open("buyer", { path: "/app/needs/new" });
  page.on("dialog", (dialog) => dialog.accept());
  await page.fill("#f-title", "Traiteur des vœux");
  await page.reload();
  await page.waitForSelector(".note:has-text(\"écrit ici sans l'enregistrer\")");
  equal(await page.inputValue("#f-title"), "Traiteur des vœux", "after a reload");
  await shots(page, "post-kept");
  await page.click("label:has-text('Demande de devis')");
  await next(page, "Les lots");
  const path = new URL(page.url()).pathname;
  await choose(page, "/lots/0/cpv", "traiteur", "5552");
  await page.fill("#f-lots-0-value input >> nth=0", "5000");
  await page.fill("#f-lots-0-value input >> nth=1", "900");
  await page.waitForSelector("#f-lots-0-value .wrong:has-text('minimum dépasse')"); // at once
  await page.goBack();
  await page.waitForURL("about:blank"); // a question comes before, which is answered meanwhile
  await page.goForward();
  await page.waitForSelector(".chips li");
  equal(await page.inputValue("#f-lots-0-value input >> nth=1"), "900", "after the back button");
  // The session ends elsewhere; whoever signs in again goes on.
  const [cookie] = (await page.context().cookies(world.server.replace("http:", "https:"))).filter((c) => c.name === "__Host-entregent");
  await page.context().clearCookies();
  await page.fill("#f-lots-0-value input >> nth=1", "9000"); // the reach is asked for, in vain
  await page.waitForSelector("dialog:has-text('Votre session est terminée')");
  await page.context().addCookies([cookie]);
  await go(page, `${path}?step=lots`);
  equal(await page.inputValue("#f-lots-0-value input >> nth=1"), "9000", "after signing in again");
  await next(page, "Lieux et dates");
  check(!(await page.isVisible(".note:has-text('sans l')")), "what is stored needs no word");
  await page.fill("#f-deadline", "2020-05-18T12:00");
  await page.waitForSelector(".wrong:has-text('déjà passée')");
  await page.fill("#f-deadline", "2049-05-18T12:00");
  await page.waitForSelector(".wrong", { state: "detached" });
  // On a narrow screen the reach stays in sight.
  await page.setViewportSize({ width: 320, height: 640 });
  await page.locator("#f-duration").scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollTo(0, 500));
  const bar = await page.locator(".reach-bar").boundingBox();
  check(bar && bar.y >= 0 && bar.y < 10, "the reach at the head of the window", bar);
  await page.screenshot({ path: `${world.shots}/reach-bar-320.png` });
}

// An earlier need, as the beginning of another.
async function again() {
  const id = await made({ title: "Vœux 2048", deadline: "2049-01-01T12:00:00+01:00", reference: "V48" });
  const page = await open("buyer", { path: `/app/needs/${id}` });
  await page.click("a:has-text('Copier ce besoin')");
  await page.waitForSelector("h1:has-text('Publier un besoin')");
  equal(await page.inputValue("#f-title"), "Vœux 2048", "its words");
  equal(await page.inputValue("#f-reference"), "", "not its reference");
  await page.fill("#f-title", "Vœux 2049");
  await shots(page, "post-again");
  await next(page, "Les lots");
  await page.waitForSelector(".chips li:has-text('90911200')");
  const other = page.url().match(/needs\/([\w-]{36})\/edit/)[1];
  check(other !== id, "another need");
  const { state, deadline, places } = await api("buyer", "GET", `/v1/needs/${other}`);
  equal([state, deadline, places], ["draft", undefined, ["commune:63113"]], "what is stored");
  // It was a mistake: a draft goes for good.
  await go(page, `/app/needs/${other}`);
  await page.click("button:has-text('Supprimer le brouillon')");
  await shots(page, "draft-delete");
  await page.click("dialog button.main");
  await page.waitForSelector("h1:has-text('Mes besoins')");
  check(!(await page.isVisible("h2:has-text('Vœux 2049')")), "it is gone");
}

// Nothing but the keyboard.
async function keyboard() {
  await ground();
  const page = await open("buyer", { path: "/app/needs/new" });
  const key = (name) => page.keyboard.press(name);
  const at = (id) => page.evaluate((wanted) => document.activeElement.id === wanted || document.activeElement.textContent?.trim() === wanted, id);
  const tab = async (wanted) => {
    for (let i = 0; i < 120; i++) {
      if (await at(wanted)) return;
      await key("Tab");
    }
    throw new Error(`Tab does not lead to ${wanted}`);
  };
  const step = async (heading) => {
    await tab("Continuer");
    await key("Enter");
    await page.waitForSelector(`h2:has-text("${heading}")`);
    await until(() => page.evaluate(() => document.activeElement.tagName === "H2"), "the heading has the focus");
  };
  await tab("f-title");
  await page.keyboard.type("Au clavier seul");
  await key("Tab"); // the radio buttons: one stop, then arrows
  await key("Space");
  await key("ArrowDown");
  await step("Les lots");
  await tab("f-lots-0-cpv");
  await page.keyboard.type("90911200");
  await page.waitForSelector("li[role=option]");
  await key("Enter");
  await reach(page, "fournisseur");
  await step("Lieux et dates");
  await tab("f-places");
  await page.keyboard.type("Clermont-F");
  await page.waitForSelector("li[role=option]:has-text('Clermont-Ferrand')");
  await key("Enter");
  await step("Réservation et critères");
  await step("Vérifier");
  await tab("Publier");
  await key("Enter");
  await page.waitForSelector("h1:has-text('Au clavier seul')");
  await stage(page, 1, "prévenu");
  await becomes(() => page.evaluate(() => document.activeElement.tagName), "H1", "the heading has the focus");
}

async function openNeeds() {
  await ground();
  const id = await made({ title: "Pour tout le monde", lots: [{ number: 1, cpv: ["90911200"], reserved: ["L2113-13"], value: { max: 25000 } }], blocked: ["35600000000048"] });
  const page = await open("supplier", { path: "/app/open" });
  await shots(page, "open");
  await page.click("h2 a:has-text('Pour tout le monde')");
  await page.waitForSelector("dd:has-text('90911200 Nettoyage de bâtiments')");
  await page.waitForSelector("dd:has-text('Clermont-Ferrand')");
  check(!(await page.content()).includes("35600000000048"), "whom the buyer has blocked is nobody's business");
  equal(await page.getAttribute("main a:has-text('pour nous')", "href"), `/app/matches/${id}`);
  await shots(page, "open-one");
  await go(page, "/app/open/01890a5d-ac96-774b-bcce-b302099a8057");
  await page.waitForSelector("h1:has-text(\"n'est plus là\")");
}

async function english() {
  await ground();
  const id = await made({ title: "Cleaning", wave: 2 });
  const page = await open("buyer", { path: "/app/needs" });
  await page.click("button:has-text('English')");
  await page.waitForSelector("h1:has-text('Our needs')");
  for (const [path, words] of [["/app/needs/new", "Post a need"], [`/app/needs/${id}`, "How far has it come?"], [`/app/needs/${id}/edit?step=lots`, "CPV codes"], [`/app/needs/${id}/edit?step=criteria`, "Required: who lacks them"],
    [`/app/needs/${id}/edit?step=check`, "Who will be told of what"], [`/app/open/${id}`, "All open needs"], ["/app/open", "Open needs"]]) {
    await go(page, path);
    await page.waitForSelector(`text=${words}`);
    const text = await page.innerText("main");
    check(!/\b(post|needs|reach|amend|matches|funnel|another|open)\.[a-z]/.test(text), path, "a text is missing:", text);
  }
  await shots(page, "english-open");
  await page.click("button:has-text('Français')");
  await page.waitForSelector("h1:has-text('Besoins ouverts')");
}

await run(journey, amends, tables, ends, missing, kept, again, keyboard, openNeeds, english);
