// SPDX-License-Identifier: EUPL-1.2
// Who is signed in: session follows it. undefined: not known yet; null: nobody.
import { call, callAs, signedOut } from "./api.js";
import { store } from "./store.js";
import { language, setLanguage } from "./text.js";

export const session = store(undefined); // {person, organisation, role, organisations} of GET /v1/session
export const ended = store(false); // whether it has ended while a page is open

// Who one is, and for whom one acts: the same in two tabs, or not.
export const mark = (who) => who && [who.person.id, who.organisation?.id].filter(Boolean).join(" ");
session.follow((who) => callAs(mark(who)));
const tabs = new BroadcastChannel("entregent session"); // each tab tells the others its mark when it changes

// Those in whose name one may act.
export const organisations = (who) => who.organisations.filter((o) => o.role !== "asked");

// Who acts for nobody, but could (accepted since, or gone from another organisation), does.
export async function setSession(next) {
  const first = next && !next.organisation && organisations(next)[0];
  if (first) next = (await call("PUT", "/v1/session", { body: { organisation: first.id } })).data;
  if (next && next.person.language !== language.get()) await setLanguage(next.person.language);
  session.set(next);
  if (next) tabs.postMessage(mark(next));
}

// What the browser's session is now. The cookie is common to all tabs: what one does, all have done.
async function meet(theirs) {
  const who = session.get();
  if (theirs === null) leave({ tell: false });
  else if (who === null) await check();
  else if (theirs !== mark(who)) {
    if (theirs.split(" ")[0] !== who.person.id) session.set(null); // nothing of somebody's is left for another to see
    setTimeout(() => location.assign("/app"));
  } else if (ended.get()) goOn();
}

// Asks the service who is signed in. unasked: it was not the person's doing, who is to lose nothing.
export async function check({ unasked } = {}) {
  try {
    const { data } = await call("GET", "/v1/session");
    if (session.get()) await meet(mark(data));
    else await setSession(data);
  } catch (problem) {
    if (problem.status === 401 && session.get()) unasked ? ended.set(true) : leave({ tell: false });
  }
}

function goOn() {
  ended.set(false);
  signedOut.dispatchEvent(new Event("signedin"));
}

// Nobody is signed in any more, and the page shows nothing of who was.
export function leave({ tell = true } = {}) {
  ended.set(false);
  session.set(null);
  if (tell) tabs.postMessage(null);
}

// texts: the promise of what a page says, which are fetched meanwhile.
export async function startSession(texts) {
  const asked = call("GET", "/v1/session").then(({ data }) => data, (problem) => {
    if (problem.status !== 401) throw problem;
    return null;
  });
  const [who] = await Promise.all([asked, texts]);
  await setSession(who);
  signedOut.addEventListener("signedout", () => (session.get() ? ended.set(true) : session.set(null)));
  signedOut.addEventListener("other", () => check());
  tabs.onmessage = ({ data }) => meet(data);
  addEventListener("pageshow", (e) => e.persisted && check()); // kept by the browser behind its back button
}

// Signed in again above an open page, which goes on where it was; for somebody else it begins anew.
export async function resume(next) {
  const { person, organisation } = session.get();
  if (next.person.id !== person.id) return location.assign("/app");
  if (organisation && next.organisation?.id !== organisation.id) next = (await call("PUT", "/v1/session", { body: { organisation: organisation.id } })).data;
  await setSession(next);
  goOn();
}

export async function signOut() {
  const who = session.get();
  try {
    await call("DELETE", "/v1/session");
  } catch (problem) {
    if (problem.status !== 401) throw problem; // it has ended already
  }
  if (who) (await import("./kept.js")).forgetAll(who);
  leave();
}

// Whether the organisation in whose name one acts is of that kind: "buyer", "supplier", "organiser".
export const is = (kind) => Boolean(session.get()?.organisation?.kinds?.includes(kind));
// Whether one's role may write there, or administer it.
export const mayWrite = () => ["editor", "owner"].includes(session.get()?.role);
export const mayAdminister = () => session.get()?.role === "owner";
export const isModerator = () => Boolean(session.get()?.person?.moderator);
