// SPDX-License-Identifier: EUPL-1.2
// NAF rev. 2, the French list of economic activities: its codes with their labels, found by words or by the code.
#ifndef CORE_NAF_H
#define CORE_NAF_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct naf;

struct naf_found {
    char code[7];      // as INSEE shows it: "81.21Z"
    const char *label; // borrowed from the list
};

struct naf *naf_new(void);
void naf_free(struct naf *n); // NULL is fine
// code: four digits and a letter, "8121Z". Copied; kept in the order of adding.
void naf_add(struct naf *n, const char *code, const char *label);
// A code as people write it ("81.21z", "8121 Z") in five signs to out; false when it is none.
bool naf_tidy(const char *written, char out[6]);
// Whose code begins like what is asked, or whose label has a word that begins like each of the words asked; at most `most` to out,
// in order; returns how many.
size_t naf_search(const struct naf *n, const char *asked, struct arena *arena, struct naf_found *out, size_t most);

#endif
