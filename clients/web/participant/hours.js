// SPDX-License-Identifier: EUPL-1.2
// Hours are those of the place: a convention says its offset as its organiser wrote it.
import { longDay, time, zoneOf } from "../shared/text.js";

export function clock(offset) {
  const zone = zoneOf(offset);
  return { day: (value) => longDay(value, zone), hours: ({ start, end }) => `${time(start, zone)}–${time(end, zone)}` };
}
