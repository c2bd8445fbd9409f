// SPDX-License-Identifier: EUPL-1.2
// An organiser prepares a convention: from nothing to an open one with people and requests.
import { api, equal, open, run, settled, shots } from "./world.mjs";

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

await run(empty, list);
