// SPDX-License-Identifier: EUPL-1.2
// What the tests in a browser share: pages of people who are signed in, what is wrong with a page, mails, screenshots.
// A test is an async function given to run(); whatever a page says on its console, or its policy forbids, fails it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const stage = JSON.parse(process.env.ENTREGENT_STAGE);
export const people = stage.people;
export const PATIENCE = 40000; // ms

export function check(condition, ...what) {
  if (!condition) throw new Error(what.map((w) => (typeof w === "string" ? w : JSON.stringify(w))).join(" ") || "not so");
}
export const equal = (got, wanted, what = "") => check(JSON.stringify(got) === JSON.stringify(wanted), `${what}: wanted`, wanted, "got", got);

// Waits until the value of fn is true, and gives it.
export async function until(fn, what, ms = PATIENCE) {
  for (const end = Date.now() + ms; ; ) {
    const value = await fn();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

// As equal, of what comes by and by: the focus follows what is drawn.
export async function becomes(get, wanted, what = "") {
  let got;
  const is = async () => JSON.stringify((got = await get())) === JSON.stringify(wanted);
  for (const end = Date.now() + PATIENCE; !(await is()) && Date.now() < end; ) await new Promise((go) => setTimeout(go, 20));
  equal(got, wanted, what);
}

let browser;
const faults = []; // what pages said that they must not say

// A browser of its own, of a person (null: of nobody). options: of newContext (viewport, locale, colorScheme ...).
export async function open(name, { path, language = "fr", width = 1280, height = 900, expected = [], ...options } = {}) {
  const context = await browser.newContext({ baseURL: stage.server, locale: language === "fr" ? "fr-FR" : "en-GB", viewport: { width, height }, bypassCSP: false, ...options });
  context.setDefaultTimeout(PATIENCE);
  if (name) await context.addCookies([{ name: "__Host-entregent", value: people[name].cookie, url: stage.server.replace("http:", "https:"), secure: true, httpOnly: true, sameSite: "Lax" }]);
  context.on("page", (page) => watch(page, expected));
  const page = await context.newPage();
  if (path) await go(page, path);
  return page;
}

// expected: pieces of what the page may say on its console (a 422 that is the test's point, for instance).
function watch(page, expected) {
  const fault = (text) => expected.some((e) => text.includes(e)) || faults.push(`${page.url()}: ${text}`);
  page.on("pageerror", (error) => fault(String(error)));
  page.on("console", (said) => {
    // The browser itself reports each status of 400 and more; 401 is how one learns that nobody is signed in.
    if (said.type() === "error" && !/status of (401|404|409|412|422)/.test(said.text())) fault(said.text());
  });
}

// Opens a page and waits until it has its heading and nothing is awaited any more.
export async function go(page, path) {
  await page.goto(path);
  await settled(page);
}
export async function settled(page) {
  await page.waitForSelector("h1");
  await page.waitForFunction(() => !document.querySelector("main [role=status].soft") && !document.querySelector("[aria-busy=true]"));
}

// axe (WCAG 2.2 A and AA, best practices), as the page is now; and nothing wider than the window.
// What lies above the page at the foot of the window stands behind it meanwhile: what it covers is reached by scrolling.
export async function accessible(page, name) {
  const lower = (rules) => page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, rules);
  await lower(".toasts, .reach-bar { position: static !important; }");
  // Given to the page as its own policy would not take it: through the debugger, in a world apart.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
    check(!exceptionDetails, exceptionDetails?.exception?.description ?? exceptionDetails?.text);
    return result.value;
  };
  await run(`${axe}; 0`);
  const found = await run(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => r.violations.map((v) => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map((n) => n.html + " " + n.failureSummary).join(" | ")))`);
  await session.detach();
  await lower("");
  check(!found.length, `${name ?? page.url()}:`, found.join("\n"));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(wide <= 1, `${name ?? page.url()}: ${wide} px wider than the window`);
}

// A picture kept under build/shots, to be looked at: at 1280 px and at 320 px. The narrow one is examined in dark colours.
export async function shots(page, name) {
  mkdirSync(stage.shots, { recursive: true });
  const before = page.viewportSize();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `${stage.shots}/${name}-${width}.png`, fullPage: true });
    if (width === 320) await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page, `${name} at ${width} px`);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}

// A call of the service in somebody's name, past the browser: to lay the ground of a test.
export async function api(name, method, path, body, headers = {}) {
  const answer = await fetch(stage.server + path, {
    method,
    headers: { ...(name ? { Authorization: `Bearer ${people[name].token}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  check(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 2000)}`);
  return text && JSON.parse(text);
}

const admin = (...words) => execFileSync(stage.program, [...words.slice(0, 2), "--data", stage.data, ...stage.settings, ...words.slice(2)], { encoding: "utf8" });
// Statements past the service.
export const sql = (statement) => admin("db", "psql", "--", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement).trim();
// The text of the latest mail to that address that has the words.
export const mail = (address, words = "") =>
  until(() => {
    try {
      const listed = admin("mail", "list", "--json").trim().split("\n").map((line) => JSON.parse(line)); // newest first
      return listed.filter((m) => m.to === address).map((m) => admin("mail", "show", m.id)).find((text) => text.includes(words));
    } catch {
      return null; // none yet
    }
  }, `a mail to ${address} with ${words}`);

const launch = () => chromium.launch({ executablePath: stage.browser, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

// Runs what measures, with a browser: a fault ends it.
export async function measured(fn) {
  browser = await launch();
  await fn();
  await browser.close();
}

// Runs the tests one after the other; argv[2] chooses by name.
export async function run(...tests) {
  browser = await launch();
  let failed = 0;
  for (const test of tests) {
    if (process.argv[2] && !test.name.includes(process.argv[2])) continue;
    const began = Date.now();
    try {
      await test();
      check(!faults.length, faults.join("\n"));
      console.log(`ok   ${test.name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    } catch (problem) {
      failed++;
      console.log(`FAIL ${test.name}: ${problem.stack}\n${faults.join("\n")}`);
      for (const [i, context] of browser.contexts().entries())
        for (const page of context.pages()) await page.screenshot({ path: `${mkdirSync(stage.shots, { recursive: true }) ?? stage.shots}/FAIL-${test.name}-${i}.png` }).catch(() => {});
    }
    faults.length = 0;
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
  await browser.close();
  process.exit(failed ? 1 : 0);
}
