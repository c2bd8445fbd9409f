// SPDX-License-Identifier: EUPL-1.2
// Hours are those of the place: a convention says its offset as its organiser wrote it. That of Paris, or none, stands for Paris.
import { language } from "../shared/text.js";

function zoneOf(offset) {
  const found = /^([+-])(\d\d):00$/.exec(offset ?? "");
  if (!found || ["+00", "+01", "+02"].includes(found[1] + found[2])) return "Europe/Paris";
  return `Etc/GMT${found[1] === "+" ? "-" : "+"}${Number(found[2])}`; // their sign is the other way round
}

export function clock(offset) {
  const timeZone = zoneOf(offset);
  const say = (value, options) => new Intl.DateTimeFormat(language.get() === "fr" ? "fr-FR" : "en-GB", { timeZone, ...options }).format(new Date(value));
  return {
    day: (value) => say(value, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    hours: ({ start, end }) => `${say(start, { hour: "2-digit", minute: "2-digit" })}–${say(end, { hour: "2-digit", minute: "2-digit" })}`,
  };
}
