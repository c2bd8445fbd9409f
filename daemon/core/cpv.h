// SPDX-License-Identifier: EUPL-1.2
// CPV codes (Regulation (EC) 213/2008): 8 digits; the tree follows the significant digits, that is the code
// without its trailing zeros, at least the two of its division.
#ifndef CORE_CPV_H
#define CORE_CPV_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct cpv {
    uint32_t code;  // 90911200
    uint8_t digits; // significant digits, 2..8
};

// "90911200" or "90911200-8", nothing else. ERR_BAD_CPV; ERR_CHECK_DIGIT (a warning: *out is set) when the given
// check digit is not sum(d*(3,7,1,3,7,1,3,7)) mod 10, a formula that holds for 8,922 of the 9,454 codes.
enum err cpv_parse(const char *s, struct cpv *out) MUST_USE;
struct cpv cpv_of(uint32_t code);
// Whether a lies on the path from the division to b, or is b (90900000 covers 90911200).
bool cpv_covers(struct cpv a, struct cpv b);
// Same line of the tree: a covers b or b covers a.
bool cpv_in_line(struct cpv a, struct cpv b);
// Leading digits both have in common, compared over the shorter's significant digits.
int cpv_common(struct cpv a, struct cpv b);
// The first n digits as a key that differs for each n: 909 -> 3909 style; used by the index.
uint32_t cpv_prefix(struct cpv c, int n);
int cpv_check_digit(uint32_t code);

#endif
