// SPDX-License-Identifier: EUPL-1.2
// Calls of the service. What it refuses is thrown as a Problem, in the person's language, with the fields it names.
import { useCallback, useEffect, useRef, useState } from "./html.js";
import { remember, remembered } from "./router.js";
import { language, t } from "./text.js";

// errors: [{pointer, code, detail}], pointer as "/lots/0/cpv". code: of protocol/errors.def, or "offline".
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    Object.assign(this, { status, code: body.code ?? "internal", errors: body.errors ?? [], body });
  }
}

export const signedOut = new EventTarget(); // "signedout": the session has ended; "signedin": another has begun, above an open page; "other": it is another's

// For whom the page was made ("PERSON ORGANISATION"): what it asks is refused when the browser's session is another's meanwhile.
let caller = "1";
export const callAs = (mark) => (caller = mark ?? "1");

// keepalive: it is sent even when the page is left. Answers {data, etag, next}. version: of the thing that is changed (If-Match). key: makes a repetition harmless.
export async function call(method, path, { body, version, key, type, signal, keepalive } = {}) {
  const headers = { "Accept-Language": language.get(), "Entregent-Request": path === "/v1/session" ? "1" : caller };
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  if (version) headers["If-Match"] = `"${version}"`;
  if (key) headers["Idempotency-Key"] = key;
  let answer;
  try {
    answer = await fetch(path, { method, headers, signal, keepalive, body: body === undefined ? undefined : type ? body : JSON.stringify(body) });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Problem(0, { code: "offline", detail: t("problem.offline") });
  }
  const json = /\bjson\b/.test(answer.headers.get("Content-Type") ?? "");
  const data = answer.status === 204 ? null : json ? await answer.json() : await answer.text();
  if (!answer.ok) {
    const problem = new Problem(answer.status, json ? data : {});
    if (answer.status === 401 && path !== "/v1/session" && !path.startsWith("/v1/tickets")) {
      problem.message = t("ended");
      signedOut.dispatchEvent(new Event("signedout"));
    }
    if (problem.code === "other_session") signedOut.dispatchEvent(new Event("other"));
    throw problem;
  }
  return { data, etag: answer.headers.get("ETag"), status: answer.status };
}
export const get = async (path, options) => (await call("GET", path, options)).data;
export const post = async (path, body, options) => (await call("POST", path, { body, ...options })).data;
export const put = async (path, body, version, options) => (await call("PUT", path, { body, version, ...options })).data;
export const drop = async (path) => (await call("DELETE", path)).data;

// A path with its query; what is empty is left out.
export function at(path, query = {}) {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

// All that a list holds, page after page.
export async function getAll(path, options) {
  const items = [];
  for (let cursor; cursor !== null; ) {
    const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, options);
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

const refuses = ({ status }) => status > 0 && status < 500 && status !== 401;

// What stands at a path: {data, problem, loading, reload}. Read again when the path or the language changes; null reads nothing.
// When the service does not answer a further reading, or the session has ended, what is there stays. read: get, or getAll for a whole list.
export function useGet(path, read = get) {
  const [state, set] = useState({ loading: true });
  const [turn, again] = useState(0);
  const last = useRef();
  useEffect(() => {
    const anew = () => again((n) => n + 1);
    signedOut.addEventListener("signedin", anew);
    return () => signedOut.removeEventListener("signedin", anew);
  }, []);
  useEffect(() => {
    if (!path) return set({ loading: false });
    const stop = new AbortController();
    set((s) => (last.current === path ? { ...s, loading: true } : { loading: true }));
    last.current = path;
    read(path, { signal: stop.signal }).then(
      (data) => set({ data, loading: false }),
      (problem) => problem.name === "AbortError" || set((s) => (s.data !== undefined && !refuses(problem) ? { ...s, loading: false } : { problem, loading: false })),
    );
    return () => stop.abort();
  }, [path, turn, language.get()]);
  return { ...state, reload: useCallback(() => again((n) => n + 1), []), put: useCallback((data) => set({ data, loading: false }), []) };
}

// A list that comes in pages: {items, total, more, loading, problem, reload, showMore}. Read again, as many pages as were shown are.
export function usePages(path) {
  const first = useGet(path);
  const [rest, setRest] = useState({ pages: [], next: undefined });
  const shown = useRef({});
  if (shown.current.path !== path) shown.current = { path, pages: remembered(path) ?? 0 };
  const following = useCallback((next) => get(`${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`), [path]);
  useEffect(() => {
    let mine = true;
    (async () => {
      const pages = [];
      let next = first.data?.next;
      while (next && pages.length < shown.current.pages) {
        pages.push(await following(next));
        next = pages.at(-1).next;
      }
      if (mine) setRest({ pages, next });
    })().catch(() => {}); // what was shown stays
    return () => (mine = false);
  }, [first.data]);
  const showMore = useCallback(async () => {
    const page = await following(rest.next);
    remember(path, ++shown.current.pages);
    setRest((r) => ({ pages: [...r.pages, page], next: page.next }));
  }, [following, rest.next]);
  return { ...first, items: first.data ? [first.data, ...rest.pages].flatMap((page) => page.items) : [], total: first.data?.total, more: Boolean(rest.next), showMore };
}
