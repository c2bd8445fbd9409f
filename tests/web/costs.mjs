// SPDX-License-Identifier: EUPL-1.2
// Measures what pages cost: bytes, time until they can be used on a slow CPU, memory of a list that stays open. Run by tests/bench/run web.
import { api, check, measured, open, settled, stage } from "./world.mjs";

const [minutes, json] = [Number(process.argv[2]), process.argv[3] === "json"];
const SLOW = 4, TIMES = 5, EVERY = 2000; // ms between two needs
const PAGES = [[null, "/"], [null, "/app/signin"], ["buyer", "/app"], ["buyer", "/app/needs/new"], ["supplier", "/app/matches"], ["supplier", "/app/offer"], ["organiser", "/app/conventions"]];

const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

// One opening with nothing cached: {bytes, requests, ms}.
async function opening(name, path) {
  const page = await open(name);
  const session = await page.context().newCDPSession(page);
  let bytes = 0, requests = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => ((bytes += encodedDataLength), requests++));
  await session.send("Network.enable");
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW });
  await page.goto(path, { waitUntil: "commit" });
  await settled(page);
  // The heading is there and nothing is awaited: the next task runs when the main thread is free.
  const ms = await page.evaluate(() => new Promise((done) => setTimeout(() => done(performance.now()))));
  await page.waitForLoadState("load");
  await page.context().close();
  return { bytes, requests, ms };
}

async function pages() {
  const rows = [];
  for (const [name, path] of PAGES) {
    const all = [];
    for (let i = 0; i < TIMES; i++) all.push(await opening(name, path));
    rows.push({ path, who: name ?? "nobody", bytes: all[0].bytes, requests: all[0].requests, ms: Math.round(median(all.map((o) => o.ms))) });
    if (!json) console.log(`${path.padEnd(20)} ${String(rows.at(-1).bytes).padStart(7)} bytes ${String(rows.at(-1).requests).padStart(3)} requests ${String(rows.at(-1).ms).padStart(5)} ms`);
  }
  return rows;
}

async function memory() {
  const offer = { seat: "commune:63113", capabilities: [{ cpv: "90910000", areas: ["FR"] }] };
  await api("supplier", "PUT", "/v1/offer", offer);
  const page = await open("supplier", { path: "/app/matches" });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const look = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name) => metrics.find((m) => m.name === name).value;
    return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
  };
  const rows = [{ minute: 0, needs: 0, ...(await look()) }];
  const began = Date.now();
  for (let n = 1; Date.now() - began < minutes * 60000; n++) {
    await api("buyer", "POST", "/v1/needs", { kind: "devis", title: `Nettoyage ${n}`, places: ["commune:63113"], lots: [{ number: 1, cpv: ["90911200"] }] });
    await new Promise((go) => setTimeout(go, Math.max(0, began + n * EVERY - Date.now())));
    const minute = Math.floor((Date.now() - began) / 60000);
    if (minute === rows.at(-1).minute) continue;
    rows.push({ minute, needs: n, ...(await look()) });
    const r = rows.at(-1);
    if (!json) console.log(`minute ${String(r.minute).padStart(3)}: ${String(n).padStart(5)} needs, ${(r.heap / 1048576).toFixed(1)} MiB of heap, ${r.nodes} nodes, ${r.listeners} listeners`);
  }
  check(await page.locator("main").textContent().then((text) => text.includes("Nettoyage")), "the list has shown them");
  return rows;
}

await measured(async () => {
  const result = { server: stage.server, slow: SLOW, pages: await pages(), memory: await memory() };
  if (json) console.log(JSON.stringify(result));
});
