// SPDX-License-Identifier: EUPL-1.2
// What CPV codes and places are called.
import { at, get } from "./api.js";
import { html, useEffect, useState } from "./html.js";
import { language } from "./text.js";

const names = new Map(); // "fr 90911200" -> "Nettoyage de bâtiments"
const MOST = 50; // codes asked for at a time

// Of four communes called Clermont, which.
const placeText = ({ code, name, within }) => (code.startsWith("commune:") && within && within !== name ? `${name} (${within})` : name);

// What a search has told.
export function remember(kind, items) {
  for (const item of items) names.set(`${language.get()} ${item.code}`, kind === "cpv" ? item[language.get()] : placeText(item));
}

async function lookUp(kind, codes) {
  for (let i = 0; i < codes.length; i += MOST) remember(kind, (await get(at(`/v1/${kind}`, { codes: codes.slice(i, i + MOST).join(",") }))).items);
  for (const code of codes) if (!names.has(`${language.get()} ${code}`)) names.set(`${language.get()} ${code}`, code);
}

// A function that names codes (kind "cpv" or "places"); those not known yet are their own names until they are.
export function useNames(kind, codes) {
  const [, draw] = useState(0);
  const missing = [...new Set(codes)].filter((code) => !names.has(`${language.get()} ${code}`)).sort();
  useEffect(() => {
    if (missing.length) lookUp(kind, missing).then(() => draw((n) => n + 1), () => {});
  }, [missing.join()]);
  return (code) => names.get(`${language.get()} ${code}`) ?? code;
}

export const cpvText = (code, name) => (name === code ? code : `${code} ${name}`);

// Names of codes within a sentence.
export function Names({ kind, codes }) {
  const name = useNames(kind, codes);
  return codes.map((code, i) => html`${i ? ", " : ""}${kind === "cpv" ? cpvText(code, name(code)) : name(code)}`);
}
