// SPDX-License-Identifier: EUPL-1.2
// What wire/csv made of a text, read back.
#ifndef FUZZ_SAMECELL_H
#define FUZZ_SAMECELL_H

#include <stdbool.h>
#include <string.h>

// The same but for the apostrophe that wire/csv puts before a formula, wherever a cell may begin.
static inline bool same_cell(const char *got, const char *wanted)
{
    for (const char *at = wanted;; at++, got++) {
        const char *first = at == wanted ? at : at + strspn(at, "\"");
        bool begins = at == wanted || strchr(";\t\r\n", at[-1]);
        bool formula = begins && *first && strchr("=+-@\t\r", *first);
        if (formula && *got++ != '\'')
            return false;
        if (!*at || *at != *got)
            return *at == *got;
    }
}

#endif
