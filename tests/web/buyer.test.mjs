// SPDX-License-Identifier: EUPL-1.2
// The buyer: a need from the first word to its end, drafts, errors, reach, amendments, exports; by keyboard alone; in English.
import { api, check, equal, go, open, people, run, settled, shots, until } from "./world.mjs";

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
  equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "the summary has the focus");
  await shots(page, "post-error");
  await page.click("[role=alert] a:has-text('Objet')");
  equal(await page.evaluate(() => document.activeElement.id), "f-title", "the field has the focus");
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

await run(journey);
