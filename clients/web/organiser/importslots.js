// SPDX-License-Identifier: EUPL-1.2
// Slots as people write them in a table: numbers, hours, or the name of a session, between "|".
import { localTime } from "../shared/form.js";
import { plain, zoneAt } from "./said.js";

const HOUR = /^(\d{1,2}) ?[h:] ?(\d\d)?$/i;

function numbers(word, of) {
  const [, hour, minute = "00"] = HOUR.exec(word) ?? [], at = hour && `${hour.padStart(2, "0")}:${minute}`;
  const meant = of.slots.filter((s) => (at ? localTime(s.start, zoneAt(of)).slice(11) === at : plain(s.session) === plain(word)));
  return meant.length ? meant.map((s) => s.slot) : [word]; // the service says what is wrong with it
}

export const slotsOf = (cell, of) => [...new Set(cell.split("|").map((word) => word.trim()).filter(Boolean).flatMap((word) => (/^\d+$/.test(word) ? [word] : numbers(word, of))))].join("|");
