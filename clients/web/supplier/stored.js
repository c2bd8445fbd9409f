// SPDX-License-Identifier: EUPL-1.2
// The offer as it is stored: what of it is written back, and how many open needs fit it.
import { get, put, useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { useStream } from "../shared/stream.js";
import { t } from "../shared/text.js";
import { say } from "../shared/ui.js";

const WRITTEN = ["active", "full_until", "description", "seat", "point", "labels", "criteria", "blocked", "capabilities"];
export const written = (offer) => Object.fromEntries(WRITTEN.filter((name) => offer[name] !== undefined).map((name) => [name, offer[name]]));

const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format();
// Whether "full until" holds it back now.
export const rests = (offer) => Boolean(offer.full_until && offer.full_until >= today());

// Stores the offer instead of what was there, and says so with an undo; gives what is stored. changed: told what stands there now.
export async function replace(before, next, text, changed = () => {}) {
  const stored = await put("/v1/offer", written(next), before.version);
  say(text, { undo: async () => changed(await put("/v1/offer", written(before), (await get("/v1/offer")).version)) });
  changed(stored);
  return stored;
}

// What the matcher makes of a change is there a moment later. Gives what stops the asking.
export function soon(ask) {
  const waits = [700, 2500].map((ms) => setTimeout(ask, ms));
  return () => waits.forEach(clearTimeout);
}

// How many needs are open for us now.
export function Fitting({ version }) {
  const needs = useGet("/v1/offer/needs?limit=1");
  useStream("/v1/events", ({ kind }) => ["match", "withdrawn", "amended"].includes(kind) && needs.reload());
  useEffect(() => soon(needs.reload), [version]);
  if (needs.data === undefined) return null;
  return html`<div class="note good">
    <p role="status"><strong>${t("offer.fits", { n: needs.data.total })}</strong></p>
    <p>${needs.data.total ? html`<a class="button" href="/app/matches">${t("offer.fits.see")}</a>` : t("offer.fits.none")}</p>
  </div>`;
}
