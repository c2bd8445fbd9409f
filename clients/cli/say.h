// SPDX-License-Identifier: EUPL-1.2
// Messages on stderr, in the caller's language. Both sentences stand where they are used.
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/err.h"

#include <stdbool.h>

// One line, without the control characters that a terminal would obey. Wipes a progress bar that stands there.
void say_line(enum lang lang, const char *fr, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
// The same with the program's name in front; returns false.
bool say_no(enum lang lang, const char *fr, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

#endif
