// SPDX-License-Identifier: EUPL-1.2
// Mending of French texts whose letters beyond ASCII were lost to U+FFFD, one for each letter.
#ifndef CORE_MEND_H
#define CORE_MEND_H

#include "base/arena.h"

struct mender; // read only after learning, so it may be shared

// Knows a few hundred words of French procurement from the start. Free with mend_free.
struct mender *mend_new(void);
void mend_free(struct mender *m); // NULL is fine
// Learns every word of the text that holds a letter beyond ASCII.
void mend_learn(struct mender *m, const char *text);
// The text with each damaged word restored where exactly one known word fits (a word known from the start goes before
// a learnt one); "l?entretien" gets its apostrophe back, and a lone lost letter between blanks is "à". *mended and
// *left count the words restored and those still damaged. Returns s itself when nothing changed, else text in the arena.
const char *mend_text(const struct mender *m, struct arena *arena, const char *s, int *mended, int *left);

#endif
