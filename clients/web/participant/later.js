// SPDX-License-Identifier: EUPL-1.2
// What others hear of is sent a moment later, so that a slip can be taken back before anybody is told; at once when the page is left.
import { say } from "../shared/ui.js";
import { store } from "../shared/store.js";

const WAIT = 7; // seconds
export const waiting = store({}); // id -> word that waits to be sent
const jobs = new Map(); // id -> {timer, send, unsay}

function forget(id) {
  clearTimeout(jobs.get(id)?.timer);
  jobs.get(id)?.unsay();
  jobs.delete(id);
  const { [id]: gone, ...rest } = waiting.get();
  waiting.set(rest);
}

async function send(id) {
  const job = jobs.get(id);
  if (!job) return;
  forget(id);
  await job.send().catch((problem) => say(problem.message, { bad: true }));
}

export function later(id, word, text, act) {
  forget(id);
  const unsay = say(text, { undo: () => forget(id), seconds: WAIT });
  jobs.set(id, { send: act, unsay, timer: setTimeout(() => send(id), WAIT * 1000) });
  waiting.set({ ...waiting.get(), [id]: word });
}

addEventListener("pagehide", () => [...jobs.keys()].forEach(send));
