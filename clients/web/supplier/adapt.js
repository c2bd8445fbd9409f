// SPDX-License-Identifier: EUPL-1.2
// The smallest change of our offer after which a lot fits it: what is proposed where a need does not fit.
import { isOpen } from "./fit.js";

const together = (some = [], more = []) => [...new Set([...some, ...more])];

// The amounts taken, so far widened that they hold those asked.
function widened(taken, asked) {
  const least = asked.min ?? asked.max, most = asked.max ?? asked.min, next = { ...taken };
  if (next.min > least) next.min = least;
  if (next.max < most) next.max = most;
  return next;
}

// How each condition that does not hold is met; the others (reserved, exclusions) by no change of what we offer.
const CURES = {
  place: ({ capability, places }) => (capability.areas = together(capability.areas, places)),
  service: ({ capability, lot }) => capability.services?.length && lot.services && (capability.services = together(capability.services, lot.services)),
  value: ({ capability, lot }) => capability.value && lot.value && (capability.value = widened(capability.value, lot.value)),
  labels: ({ next, lot }) => (next.labels = together(next.labels, lot.labels)),
  availability: ({ next }) => (delete next.full_until, (next.active = true)),
};

const text = (value) =>
  value === undefined ? undefined : Array.isArray(value) ? value.join(", ") : typeof value === "object" ? `${value.min ?? ""}..${value.max ?? ""}` : String(value);

// What is another, as the service tells changes of an offer (record "change"): field, before, after.
function changes(offer, next, at) {
  const differing = (from, to, fields, path) =>
    fields.map((key) => ({ field: `${path}/${key}`, before: text(from[key]), after: text(to[key]) })).filter((one) => one.before !== one.after);
  const whole = differing(offer, next, ["labels", "active", "full_until"], "");
  const path = `/capabilities/${at}`, made = next.capabilities[at];
  if (at === offer.capabilities.length) return [{ field: path, after: made.cpv }, ...differing({}, made, ["areas", "radius"], path), ...whole];
  return [...differing(offer.capabilities[at], made, ["areas", "services", "value"], path), ...whole];
}

// pair: of the explanation, the lot with our closest capability. {offer, changes, claims: labels that we would say we hold, added: a
// capability more}, or null when no change of the offer would do.
export function adapt(offer, need, lot, pair) {
  const failed = pair.conditions.filter((one) => !one.holds).map((one) => one.condition), other = failed.includes("cpv");
  const cured = other ? ["place", "service", "value", ...failed.filter((name) => !["cpv", "place", "service", "value"].includes(name))] : failed;
  if (!failed.length || !isOpen(need) || cured.some((name) => !CURES[name])) return null;
  const near = offer.capabilities[pair.capability - 1], same = offer.capabilities.findIndex((one) => lot.cpv.includes(one.cpv));
  const at = !other ? pair.capability - 1 : same >= 0 ? same : offer.capabilities.length, added = at === offer.capabilities.length;
  const capability = added ? { cpv: lot.cpv[0], areas: near.areas, radius: near.radius, excluded: near.excluded } : { ...offer.capabilities[at] };
  const next = { ...offer, capabilities: offer.capabilities.toSpliced(at, 1, capability) };
  for (const name of cured)
    if (name !== "place" || !added || failed.includes("place")) CURES[name]({ next, capability, lot, places: lot.places ?? need.places });
  return { offer: next, changes: changes(offer, next, at), claims: cured.includes("labels"), added };
}
