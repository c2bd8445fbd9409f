// SPDX-License-Identifier: EUPL-1.2
// What happens, live: one stream of the service per address and browser, shared between tabs. The tab that holds the lock reads, and
// tells the others; when it is closed, another takes over behind the last event it has seen.
import { signedOut } from "./api.js";
import { useEffect, useRef } from "./html.js";
import { check, mark, session } from "./session.js";

const KEEP = 5000; // ms a stream stays open without followers: between two pages that follow it
const AGAIN = [5000, 60000]; // ms until it is tried again after a refusal: at first, at most
const shared = new Map(); // name -> {followers, close}
// Of one caller: tabs of another never share it.
const nameOf = (path) => `entregent ${mark(session.get()) ?? ""} ${path}`;

function open(path) {
  const name = nameOf(path), followers = new Set();
  const channel = new BroadcastChannel(name);
  const stop = new AbortController();
  let source = null, last = null;
  const tell = (event) => {
    last = event.id || last;
    for (const follow of [...followers]) follow(event);
  };
  channel.onmessage = ({ data }) => tell(data);
  // Named events have no common listener: the kinds that the service sends are asked for by name.
  const listen = (kinds) => {
    for (const kind of kinds)
      source.addEventListener(kind, (e) => {
        const event = { kind, id: e.lastEventId, data: e.data ? JSON.parse(e.data) : null };
        channel.postMessage(event);
        tell(event);
      });
  };
  const lead = () =>
    new Promise((resolve) => {
      const start = () => {
        source = new EventSource(last ? `${path}${path.includes("?") ? "&" : "?"}since=${encodeURIComponent(last)}` : path);
        listen(KINDS);
        source.onopen = () => ((pause = AGAIN[0]), tell({ kind: "open" }));
        source.onerror = () => {
          if (source.readyState !== EventSource.CLOSED) return; // it comes back by itself
          waits = setTimeout(start, pause); // refused (401, 429, 503): later
          pause = Math.min(2 * pause, AGAIN[1]);
          if (session.get()) check({ unasked: true });
        };
      };
      let pause = AGAIN[0], waits;
      const anew = () => source.readyState === EventSource.CLOSED && (clearTimeout(waits), start());
      start();
      signedOut.addEventListener("signedin", anew);
      stop.signal.addEventListener("abort", () => (clearTimeout(waits), signedOut.removeEventListener("signedin", anew), source.close(), resolve()));
    });
  navigator.locks.request(name, { signal: stop.signal }, lead).catch(() => {});
  return { followers, close: () => (stop.abort(), channel.close(), shared.delete(name)) };
}

const KINDS = [
  "match", "amended", "withdrawn", "closing", "closed", "awarded", "cancelled", "matched", "interest", "interests", "answers", "reset",
  "convention", "participants", "participant", "requests", "request", "plan", "progress", "draft", "timetable", "withdraw", "missing",
  "arrived", "table_lost", "table_found", "repaired", "invited", "accepted", "refused", "changed", "reminder", "called_off", "feedback", "board", "slot",
];

// Calls on({kind, id, data}) for each event of the stream at path; null follows nothing. "open": it is connected (again).
export function useStream(path, on) {
  const latest = useRef(on);
  latest.current = on;
  useEffect(() => {
    if (!path) return;
    const name = nameOf(path);
    if (!shared.has(name)) shared.set(name, open(path));
    const stream = shared.get(name);
    clearTimeout(stream.idle);
    const follow = (event) => latest.current(event);
    stream.followers.add(follow);
    return () => {
      stream.followers.delete(follow);
      if (!stream.followers.size) stream.idle = setTimeout(stream.close, KEEP);
    };
  }, [path, mark(session.get())]);
}
