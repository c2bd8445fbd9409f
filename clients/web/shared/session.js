// SPDX-License-Identifier: EUPL-1.2
// Who is signed in: session follows it. undefined: not known yet; null: nobody.
import { call, signedOut } from "./api.js";
import { forgetAll } from "./kept.js";
import { store } from "./store.js";
import { language, setLanguage } from "./text.js";

export const session = store(undefined); // {person, organisation, role, organisations} of GET /v1/session
export const ended = store(false); // whether it has ended while a page is open

// Those in whose name one may act.
export const organisations = (who) => who.organisations.filter((o) => o.role !== "asked");

// Who acts for nobody, but could (accepted since, or gone from another organisation), does.
export async function setSession(next) {
  const first = next && !next.organisation && organisations(next)[0];
  if (first) next = (await call("PUT", "/v1/session", { body: { organisation: first.id } })).data;
  if (next && next.person.language !== language.get()) await setLanguage(next.person.language);
  session.set(next);
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
}

// Signed in again above an open page, which goes on where it was; for somebody else it begins anew.
export async function resume(next) {
  const { person, organisation } = session.get();
  if (next.person.id !== person.id) return location.assign("/app");
  if (organisation && next.organisation?.id !== organisation.id) next = (await call("PUT", "/v1/session", { body: { organisation: organisation.id } })).data;
  await setSession(next);
  ended.set(false);
  signedOut.dispatchEvent(new Event("signedin"));
}

export async function signOut() {
  const who = session.get();
  try {
    await call("DELETE", "/v1/session");
  } catch (problem) {
    if (problem.status !== 401) throw problem; // it has ended already
  }
  if (who) forgetAll(who);
  session.set(null);
}

// Whether the organisation in whose name one acts is of that kind: "buyer", "supplier", "organiser".
export const is = (kind) => Boolean(session.get()?.organisation?.kinds?.includes(kind));
// Whether one's role may write there, or administer it.
export const mayWrite = () => ["editor", "owner"].includes(session.get()?.role);
export const mayAdminister = () => session.get()?.role === "owner";
export const isModerator = () => Boolean(session.get()?.person?.moderator);
