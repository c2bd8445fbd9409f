// SPDX-License-Identifier: EUPL-1.2
// The files of sql/ as they were compiled in, each list in the order of names and ended by a NULL name.
#ifndef APP_SQL_H
#define APP_SQL_H

struct sql_file {
    const char *name; // without folder and ending
    const char *text; // NUL-terminated
    const char *end;  // behind that NUL
};

extern const struct sql_file sql_schema[], sql_query[], sql_reference[];

// The statements of sql/query by number.
enum sql_statement {
#define QUERY(name) SQL_##name,
#include "generated/queries.def"
#undef QUERY
    SQL_COUNT
};

#endif
