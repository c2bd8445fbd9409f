// SPDX-License-Identifier: EUPL-1.2
// Every address of the client by the keyboard alone: where the focus goes, that it is seen and never held, what is named, titles, headings.
import { views } from "../../clients/web/shared/views.js";
import { api, becomes, check, equal, mail, open, people, run, settled, shots, until } from "./world.mjs";

const day = (days) => new Date(Date.now() + days * 86400e3).toISOString();
const NEED = { kind: "devis", title: "Nettoyage des écoles", places: ["commune:63113"], deadline: day(20), lots: [{ number: 1, title: "Sols", cpv: ["90911200"] }] };
const STOPS = 150; // of the tabulator on a page, at most

let laid;
const ground = () => (laid ??= lay());
// One thing of each kind, so that no page is empty. Answers their ids.
async function lay() {
  await api("supplier", "PUT", "/v1/offer", { capabilities: [{ cpv: "90911200", areas: ["departement:63"] }] });
  const need = await api("buyer", "POST", "/v1/needs", NEED), draft = await api("buyer", "POST", "/v1/needs?draft=1", { ...NEED, title: "Tonte" });
  await until(async () => (await api("supplier", "GET", "/v1/offer/needs")).items[0], "a match");
  const alert = await api("supplier", "POST", "/v1/alerts", { name: "Propreté", cpv: ["90911200"] });
  const channel = await api("supplier", "POST", "/v1/channels", { kind: "feed" });
  const fair = await api("organiser", "POST", "/v1/conventions", {
    name: "Rendez-vous de Thiers", place: "Halle", public: true, acceptance: false, tables: ["T1", "T2"], sessions: [{ name: "matin", start: "2091-03-02T09:00:00+01:00", slots: 4, minutes: 20 }],
  });
  const path = `/v1/conventions/${fair.id}`;
  await api("organiser", "POST", `${path}/state`, { state: "open" });
  const add = (name, email, side) => api("organiser", "POST", `${path}/participants`, { name, email, side, company: `Maison ${name}` });
  const ada = await add("Ada Dupont", people.buyer.email, "buyer"), zoe = await add("Zoé Martin", people.supplier.email, "supplier");
  const request = await api("organiser", "POST", `${path}/requests`, { first: ada.id, second: zoe.id });
  await api("organiser", "POST", `${path}/timetables`, { meetings: [{ id: request.id, slot: 1, table: "T1" }] });
  return { need: need.id, draft: draft.id, alert: alert.id, channel: channel.id, fair: fair.id, hall: fair.hall, person: ada.id, request: request.id, part: zoe.id };
}

// [who, address] of each view.
function visits(of) {
  const ids = [
    [/^\/app\/(signin|signup|hall|alert$)/, null, {}],
    [/^\/app\/conventions/, "organiser", { id: of.fair, person: of.person, request: of.request }],
    [/^\/app\/needs\/:id\/edit/, "buyer", { id: of.draft }],
    [/^\/app\/needs/, "buyer", { id: of.need }],
    [/^\/app\/open/, "organiser", { id: of.need }],
    [/^\/app\/participations/, "supplier", { id: of.part }],
    [/^\/app\/alerts\/channels/, "supplier", { id: of.channel }],
    [/^\/app\/alerts/, "supplier", { id: of.alert }],
    [/^\/app\/(matches|offer|deadlines)/, "supplier", { id: of.need }],
    [/^\/app\/moderation/, "moderator", {}],
    [/./, "buyer", {}],
  ];
  return views.map(({ path }) => {
    const [, who, given] = ids.find(([fits]) => fits.test(path));
    return [who, path.replace(/:(\w+)/g, (_, name) => given[name]) + (path === "/app/hall" ? `?t=${of.hall.split("/").pop()}` : "")];
  });
}

// As by a link in the page. elsewhere: one is asked to sign in.
async function follow(page, path, elsewhere) {
  await page.evaluate((to) => {
    const link = Object.assign(document.createElement("a"), { href: to });
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  const there = elsewhere ? "/app/signin" : path.split("?")[0];
  await page.waitForURL((url) => url.pathname === there);
  await settled(page);
}

// What is wrong with the page as it stands.
const read = (page) => page.evaluate(() => {
  const wrong = [], headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter((h) => h.checkVisibility());
  if (headings.filter((h) => h.matches("h1")).length !== 1) wrong.push(`${headings.filter((h) => h.matches("h1")).length} h1`);
  headings.forEach((h, i) => i && h.tagName[1] - headings[i - 1].tagName[1] > 1 && wrong.push(`${h.tagName} "${h.textContent}" behind ${headings[i - 1].tagName}`));
  for (const nav of document.querySelectorAll("nav,aside")) if (!nav.textContent.trim()) wrong.push("an empty landmark");
  for (const table of document.querySelectorAll("table")) if (!table.caption?.textContent.trim()) wrong.push("a table without a caption");
  for (const th of document.querySelectorAll("th")) if (!th.scope) wrong.push(`th "${th.textContent}" without scope`);
  // What is read aloud holds what is seen, for who speaks to the page.
  for (const e of document.querySelectorAll("a[aria-label],button[aria-label]")) {
    const text = e.innerText.trim().replace(/\u2026$/, "").toLowerCase();
    if (/\p{L}{2}/u.test(text) && !e.ariaLabel.toLowerCase().includes(text)) wrong.push(`"${text}" is called "${e.ariaLabel}"`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`#${id} twice`);
  for (const e of document.querySelectorAll("[aria-describedby],[aria-labelledby]"))
    for (const id of `${e.getAttribute("aria-describedby") ?? ""} ${e.getAttribute("aria-labelledby") ?? ""}`.split(" ")) if (id && e.checkVisibility() && !document.getElementById(id)) wrong.push(`#${id} is nowhere`);
  for (const input of document.querySelectorAll("input[type=email],input[type=tel],input[type=password]")) if (!input.autocomplete) wrong.push(`autocomplete of "${input.labels[0]?.textContent}" is not said`);
  for (const form of document.querySelectorAll("main form:has(input[type=email],input[type=tel]):not(:has(input[type=password]))"))
    if (!form.querySelector("a[href='/privacy']")) wrong.push(`what is written in "${form.ariaLabel ?? form.innerText.slice(0, 40)}" serves for what?`);
  if (/undefined|null|\bNaN\b/.test(document.querySelector("main").innerText)) wrong.push(document.querySelector("main").innerText.match(/.*(undefined|null|NaN).*/)[0]);
  return wrong;
});

// Where the tabulator has come to: null: out of the page.
const stop = (page) => page.evaluate(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const name = e.getAttribute("aria-label") ?? [...(e.labels ?? [])].map((l) => l.textContent).join() ?? "";
  const said = (name || e.textContent || e.title || "").trim();
  const known = stops.has(e) && e !== globalThis.former; // a date has several stops within
  globalThis.former = e;
  stops.add(e);
  const at = box.width && document.elementFromPoint(box.x + Math.min(box.width, 8) / 2, box.y + box.height / 2);
  return { what: e.outerHTML.slice(0, 160), known, named: said !== "", seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight,
    free: !at || e.contains(at) || at.contains(e) || Boolean(at.closest("label")) };
});
// What can be pressed or filled in and was never come to.
const missed = (page) => page.evaluate(() => [...document.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex='0']")].filter((e) =>
  !stops.has(e) && !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }) &&
  !(e.type === "radio" && [...document.getElementsByName(e.name)].some((r) => stops.has(r)))).map((e) => e.outerHTML.slice(0, 160)));

// again: what was fetched meanwhile has come in behind the tabulator.
async function tabs(page, again = true) {
  const wrong = [];
  await page.evaluate(() => (globalThis.stops = new Set()));
  let n = 0, left = 0; // the page: once, to begin again above
  for (; n < STOPS; n++) {
    await page.keyboard.press("Tab");
    const at = await stop(page);
    if (at?.known || (!at && left++)) break;
    if (!at) continue;
    if (!at.named) wrong.push(`no name: ${at.what}`);
    if (!at.seen) wrong.push(`focus not seen: ${at.what}`);
    if (!at.free) wrong.push(`covered: ${at.what}`);
  }
  if (n === STOPS) wrong.push("no end of the tabulator");
  const left_out = await missed(page);
  if (left_out.length && again) return tabs(page, false);
  return [...wrong, ...left_out.map((what) => `never come to: ${what}`)];
}

// With the spacing between lines, words and letters that RGAA 10.12 asks for, in a narrow window: what is cut off or wider than it.
async function spaced(page) {
  await page.setViewportSize({ width: 320, height: 900 });
  const wrong = await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
    document.adoptedStyleSheets = [sheet];
    const wide = document.documentElement.scrollWidth - innerWidth;
    const cut = [...document.querySelectorAll("main *, header *")].filter((e) => {
      const style = getComputedStyle(e);
      return style.overflowX === "hidden" && !e.closest(".hidden,svg") && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2);
    });
    document.adoptedStyleSheets = [];
    return [...(wide > 1 ? [`spaced, ${wide} px too wide`] : []), ...cut.map((e) => `spaced, cut off: ${e.outerHTML.slice(0, 160)}`)];
  });
  await page.setViewportSize({ width: 1280, height: 900 });
  return wrong;
}

async function everyPage() {
  const titles = new Map(), faults = [], pages = new Map();
  for (const [who, path] of visits(await ground())) {
    if (!pages.has(who)) pages.set(who, await open(who, { path: who ? "/app/account/security" : "/app/signup" }));
    const page = pages.get(who);
    await follow(page, path);
    await page.waitForFunction(() => document.title.includes(document.querySelector("h1").textContent.trim()));
    const title = `${who}: ${await page.title()}`, focused = await page.evaluate(() => document.activeElement.tagName);
    const wrong = [...(await read(page)), ...(await tabs(page)), ...(await spaced(page))];
    if (focused !== "H1" && !path.startsWith("/app/hall")) wrong.push(`the focus is at ${focused}`);
    if (titles.has(title) && !path.endsWith("/edit")) wrong.push(`"${title}" is also the title of ${titles.get(title)}`);
    titles.set(title, path);
    if (wrong.length) faults.push(`${path}:\n  ${wrong.join("\n  ")}`);
  }
  check(!faults.length, faults.join("\n"));
}

// Who has no business at an address is told so, on a page as whole as any other.
async function othersPages() {
  const faults = [], all = visits(await ground());
  for (const who of ["otherbuyer", "othersupplier", "organiser", null]) {
    const page = await open(who, { path: who ? "/app/account/security" : "/app/signup", expected: ["status of 403"] });
    for (const [owner, path] of all.filter(([owner]) => owner !== who && owner)) {
      await follow(page, path, !who);
      await page.waitForFunction(() => document.title.includes(document.querySelector("h1").textContent.trim()));
      const wrong = await read(page);
      if (wrong.length) faults.push(`${who} at ${path} of ${owner}:\n  ${wrong.join("\n  ")}`);
    }
  }
  check(!faults.length, faults.join("\n"));
}

// What is said while a question is open is said within it, for the page behind is inert; it stays until it is read, and is undone by Ctrl+Z.
async function said() {
  const page = await open("organiser", { path: "/app/organisation/tokens", expected: ["ERR_FAILED"] });
  await page.fill("input[autocomplete=off]", "CRM");
  await page.keyboard.press("Enter");
  const revoke = page.locator("main button:has-text('Révoquer')").first();
  await revoke.focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  equal(await focusedOn(page), "H2", "the question is read first");
  await page.route("**/v1/tokens/**", (route) => route.abort());
  await page.click("dialog button.main");
  const message = await page.waitForSelector("dialog .toasts p:has-text('ne répond pas')");
  equal(await page.evaluate(() => document.activeElement.textContent), await page.textContent("dialog button.main"), "the focus stays on what was pressed");
  await page.unroute("**/v1/tokens/**");
  await message.waitForSelector("button[aria-label^=Fermer]");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await becomes(() => page.evaluate(() => document.activeElement.textContent.trim()), (await revoke.textContent()).trim(), "the focus is back");
  check(await page.isVisible(".toasts p:has-text('ne répond pas')"), "a fault stays until it is closed");
  await page.click(".toasts button[aria-label^=Fermer]");
  equal(await page.locator(".toasts p").count(), 0);
}
const focusedOn = (page) => page.evaluate(() => document.activeElement.tagName);

// CPV codes by keyboard: the list, what is taken out, the tree.
async function codes() {
  const page = await open("supplier", { path: "/app/alerts/new" });
  const box = page.locator("[role=combobox]").first(), press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await box.focus();
  await page.keyboard.type("nettoyage");
  await page.waitForSelector("[role=option]");
  await press(...Array(9).fill("ArrowDown"));
  const [option, frame] = await Promise.all([page.locator("[role=option][aria-selected=true]").boundingBox(), page.locator("[role=listbox]:visible").boundingBox()]);
  check(option.y >= frame.y - 1 && option.y + option.height <= frame.y + frame.height + 1, "the option one is at is in sight", option, frame);
  await press("Enter");
  await page.waitForSelector(".chips li");
  await page.waitForSelector("[role=status]:has-text('Choisi')", { state: "attached" });
  await page.focus(".chips button");
  await press("Enter");
  await becomes(() => page.evaluate(() => document.activeElement.getAttribute("role")), "combobox", "the focus goes on to the field");
  await page.focus("summary");
  await press("Enter");
  const first = page.locator(".tree button[aria-pressed]").first();
  await first.focus();
  await press("Enter");
  await page.waitForSelector(".tree button[aria-pressed=true]");
  equal(await page.evaluate(() => document.activeElement.getAttribute("aria-pressed")), "true", "the focus stays in the tree");
  await press("Enter");
  await page.waitForFunction(() => !document.querySelector(".chips"));
}

// A session that ends while one writes: one signs in above the page, by a mailed link or a password, and goes on where one was.
async function ended() {
  const page = await open("othersupplier", { path: "/app/alerts/new" });
  await page.getByLabel("Nom").first().fill("Espaces verts");
  await page.context().clearCookies();
  await page.click("main form button.main");
  await page.waitForSelector("dialog h2:has-text('Votre session est terminée')");
  await shots(page, "ended");
  await page.fill("dialog input[type=password]", "pas le bon mot de passe");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog [role=alert]");
  await page.click("dialog button:has-text('Recevoir un lien')");
  await page.waitForSelector("dialog p:has-text('Un courriel est en route')");
  const link = (await mail(people.othersupplier.email, "vous connecte")).match(/\/ticket\?t=[\w-]+/)[0], other = await page.context().newPage();
  await other.goto(link);
  await other.click("main button");
  await other.waitForSelector("main a[href='/app']");
  await page.click("dialog button:has-text('continuer')");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  equal(await page.getByLabel("Nom").first().inputValue(), "Espaces verts", "what was written is there");
  await page.click("main form button.main");
  await page.waitForSelector("main form [role=alert]:has-text('CPV')");
}

await run(everyPage, othersPages, said, codes, ended);
