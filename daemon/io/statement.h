// SPDX-License-Identifier: EUPL-1.2
// A statement as it is prepared on every connection, and in whose name it runs.
#ifndef IO_STATEMENT_H
#define IO_STATEMENT_H

#include <stdbool.h>

struct pg_statement {
    const char *name, *sql;
    int parameters;
    bool system; // sees every row; else what row-level security shows to the one who asks
};

// Who asks: organisation, person, rights (comma-separated), "" where there is none.
struct pg_scope {
    const char *organisation, *person, *rights;
};

#endif
