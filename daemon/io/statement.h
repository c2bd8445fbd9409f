// SPDX-License-Identifier: EUPL-1.2
// A statement as it is prepared on every connection.
#ifndef IO_STATEMENT_H
#define IO_STATEMENT_H

struct pg_statement {
    const char *name, *sql;
    int parameters;
};

#endif
