// SPDX-License-Identifier: EUPL-1.2
// What somebody has begun to write and not stored: kept in this browser by person and organisation, until it is stored, thirty days
// have passed, or they sign out.
const DAYS = 30;
const owner = (who) => `kept ${who.person.id}`;
const key = (who, name) => `${owner(who)} ${who.organisation.id} ${name}`;

// Whether it could be kept: a browser may refuse. Kept as it is written (useLayoutEffect): a reload waits for nothing.
export function keep(who, name, value) {
  try {
    localStorage.setItem(key(who, name), JSON.stringify({ at: new Date().toISOString(), value }));
    return true;
  } catch {
    return false;
  }
}

// {at, value}, or null.
export function kept(who, name) {
  try {
    const found = JSON.parse(localStorage.getItem(key(who, name)));
    return found && Date.now() - new Date(found.at) < DAYS * 86400e3 ? found : null;
  } catch {
    return null;
  }
}

export const forget = (who, name) => localStorage.removeItem(key(who, name));

export function forgetAll(who) {
  for (const one of Object.keys(localStorage)) if (one.startsWith(`${owner(who)} `)) localStorage.removeItem(one);
}
