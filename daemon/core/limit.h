// SPDX-License-Identifier: EUPL-1.2
// Who may ask how often: a bucket by key, filled at a steady rate (GCRA, the "leaky bucket as a meter" of ITU-T I.371).
#ifndef CORE_LIMIT_H
#define CORE_LIMIT_H

#include <stddef.h>
#include <stdint.h>

struct limit;

// most: keys remembered. When there are more, those that are full again are forgotten first, then the fullest, that is,
// the one that would be full again soonest: a flood of new keys cannot make an emptied bucket forgotten before one that
// is nearly full. Buckets that take long to fill outlast those that fill quickly, so each rate should have a struct
// limit of its own. Keys that are full again are dropped little by little anyway.
struct limit *limit_new(size_t most);
void limit_free(struct limit *l); // NULL is fine
// Takes one from the key's bucket, which holds `burst` and gains one each `interval_us` microseconds. Returns 0, or in
// how many microseconds one will be there (nothing was taken). interval_us 0: no limit. burst below 1 is 1. The same
// key must always come with the same rate; when it does not (a setting was changed), its bucket is at most empty by the
// present one. now_us: clock_mono(). Times beyond 73,000 years count as that.
int64_t limit_take(struct limit *l, const char *key, int64_t interval_us, int64_t burst, int64_t now_us);
// Gives one back (a sign-in that was right does not count); a bucket never holds more than its burst.
void limit_give(struct limit *l, const char *key, int64_t interval_us, int64_t now_us);
size_t limit_keys(const struct limit *l);

#endif
