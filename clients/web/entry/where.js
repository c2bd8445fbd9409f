// SPDX-License-Identifier: EUPL-1.2
// Where somebody was going who has to sign in or up first, through the mail that leads back: kept in this browser, for a day.
const KEY = "going", DAY = 86400000;

// Only a place of this client: an address in ?to= could lead anywhere.
export const wanted = (query) => (/^\/app(\/[\w/-]*)?(\?[^#]*)?$/.test(query.get("to") ?? "") ? query.get("to") : null);

export function keepWanted(query) {
  const to = wanted(query);
  if (to) localStorage.setItem(KEY, JSON.stringify({ to, until: Date.now() + DAY }));
}

// What was kept, once.
export function takeWanted() {
  const kept = JSON.parse(localStorage.getItem(KEY));
  localStorage.removeItem(KEY);
  return kept && kept.until > Date.now() ? kept.to : null;
}
