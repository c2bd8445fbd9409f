// SPDX-License-Identifier: EUPL-1.2
// Texts in the person's language. t("found", {n: 3}): {n} is filled in; a text with plural forms is {"one": ..., "other": ...}, chosen by n.
import { store } from "./store.js";

const LANGUAGES = ["fr", "en"];
export const PARIS = "Europe/Paris";
const texts = new Map(); // key -> text, of all areas that were loaded
const areas = new Set();
let contract = { words: {}, fields: {} }; // of the service: GET /v1/words
export const language = store(first());

function first() {
  const kept = localStorage.getItem("language");
  if (LANGUAGES.includes(kept)) return kept;
  return (navigator.languages ?? ["fr"]).map((l) => l.slice(0, 2)).find((l) => LANGUAGES.includes(l)) ?? "fr";
}

async function load(area, lang) {
  const answer = await fetch(new URL(`../${area}/${lang}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`texts of ${area}: ${answer.status}`);
  return Object.entries(await answer.json());
}

// Our own version stands for the words, too: of the same, they are kept.
const version = new URL(import.meta.url).pathname.split("/")[2];
async function loadContract(lang) {
  const answer = await fetch(`/v1/words?lang=${lang}&version=${version}`);
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  return answer.json();
}

function keep(entries) {
  for (const [key, text] of entries) texts.set(key, text);
}

// The texts of an area ("shared", "buyer", ...): before its views are drawn.
export async function loadTexts(area) {
  if (areas.has(area)) return;
  const lang = language.get(), entries = await load(area, lang);
  if (lang !== language.get()) return loadTexts(area); // another was chosen meanwhile
  keep(entries);
  areas.add(area);
}

export async function startTexts() {
  document.documentElement.lang = language.get();
  [contract] = await Promise.all([loadContract(language.get()), loadTexts("shared")]);
}

// Everything is there in the other language before anything is drawn in it.
export async function setLanguage(next) {
  if (!LANGUAGES.includes(next) || next === language.get()) return;
  const wanted = [...areas];
  const [said, ...loaded] = await Promise.all([loadContract(next), ...wanted.map((area) => load(area, next))]);
  if (areas.size > wanted.length) return setLanguage(next); // some came meanwhile
  texts.clear();
  loaded.forEach(keep);
  contract = said;
  localStorage.setItem("language", next);
  document.documentElement.lang = next;
  language.set(next);
}

export function t(key, values = {}) {
  let text = texts.get(key);
  if (text === undefined) return key;
  if (typeof text === "object") text = text[new Intl.PluralRules(language.get()).select(values.n ?? 0)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : String(value);
  });
}

// The service's own words: word("reserved", "L2113-12") is its text; words("reserved") is [[word, text], ...] in their order.
export const word = (list, one) => contract.words[list]?.[one] ?? one;
export const words = (list) => Object.entries(contract.words[list] ?? {});
// What records.def says of a field: {text, needed, most}.
export const field = (record, name) => contract.fields[record]?.[name] ?? { text: name };

const formats = new Map();
function format(make, options) {
  const key = `${make.name}${language.get()}${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new make(language.get() === "fr" ? "fr-FR" : "en-GB", options));
  return formats.get(key);
}
export const number = (n, options = {}) => format(Intl.NumberFormat, options).format(n);
export const euros = (n) => format(Intl.NumberFormat, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }).format(n);
export const kilometres = (n) => format(Intl.NumberFormat, { style: "unit", unit: "kilometer", maximumFractionDigits: 0 }).format(n);
// The zone in which hours are told where "2026-05-18T09:00:00+04:00" begins, or "+04:00": that of Paris, or none, stands for Paris.
export function zoneOf(offset) {
  const found = /([+-])(\d\d):00$/.exec(offset ?? "");
  if (!found || ["+00", "+01", "+02"].includes(found[1] + found[2])) return PARIS;
  return `Etc/GMT${found[1] === "+" ? "-" : "+"}${Number(found[2])}`; // their sign is the other way round
}
const moment = (value, options, timeZone = PARIS) => (value ? format(Intl.DateTimeFormat, { timeZone, ...options }).format(new Date(value)) : "");
export const day = (value, zone) => moment(value, { dateStyle: "medium" }, zone);
export const longDay = (value, zone) => moment(value, { weekday: "long", day: "numeric", month: "long", year: "numeric" }, zone);
export const shortDay = (value, zone) => moment(value, { weekday: "short", day: "numeric" }, zone);
export const weekday = (value, zone) => moment(value, { weekday: "long" }, zone);
export const time = (value, zone) => moment(value, { timeStyle: "short" }, zone);
export const instant = (value) => moment(value, { dateStyle: "medium", timeStyle: "short" });
export const list = (items) => format(Intl.ListFormat, { type: "conjunction" }).format(items);
// "in 3 days", "2 hours ago"
export function since(value) {
  const seconds = (new Date(value) - Date.now()) / 1000;
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return format(Intl.RelativeTimeFormat, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
// {min, max} of euros in words
export function range(value) {
  if (!value || (value.min === undefined && value.max === undefined)) return "";
  if (value.min === undefined) return t("range.most", { max: euros(value.max) });
  if (value.max === undefined) return t("range.least", { min: euros(value.min) });
  return t("range.both", { min: euros(value.min), max: euros(value.max) });
}
