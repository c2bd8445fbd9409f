// SPDX-License-Identifier: EUPL-1.2
// Hours are those of the place: a convention says its offset as its organiser wrote it.
import { longDay, time, zoneOf } from "./text.js";

export function clock(offset) {
  const zone = zoneOf(offset), hour = (value) => time(value, zone);
  return { day: (value) => longDay(value, zone), hour, hours: ({ start, end }) => `${hour(start)}–${hour(end)}` };
}
