// SPDX-License-Identifier: EUPL-1.2
// The time: the only place that reads it, so that tests can set it.
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

// Milliseconds since 1970-01-01T00:00:00Z.
int64_t clock_wall(void);
// Microseconds from an arbitrary start, never going back.
int64_t clock_mono(void);
// Fixes clock_wall for tests; 0 releases it.
void clock_fix(int64_t wall_ms);

// "2026-05-18T09:30:00Z" (25 bytes with NUL are enough); seconds since 1970.
void clock_format(int64_t seconds, char out[static 25]);
// RFC 3339 instant ("2026-05-18T12:00:00+02:00", seconds and zone required) to seconds since 1970.
bool clock_parse(const char *s, int64_t *seconds);
// Calendar day "2026-05-18" to days since 1970-01-01; impossible days (31 February) are refused.
bool clock_parse_day(const char *s, int32_t *day);
void clock_format_day(int32_t day, char out[static 12]);
// First second (UTC) of the day after `day` as it begins in Paris (Europe/Paris by the EU rule:
// summer time from the last Sunday of March 01:00 UTC to the last Sunday of October 01:00 UTC, directive 2000/84/EC).
int64_t clock_end_of_day_paris(int32_t day);

#endif
