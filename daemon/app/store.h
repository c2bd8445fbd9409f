// SPDX-License-Identifier: EUPL-1.2
// The statements of sql/query as the database layer takes them, and the schema brought up to date.
#ifndef APP_STORE_H
#define APP_STORE_H

#include "app/sql.h"
#include "base/err.h"
#include "io/pg.h"
#include "io/session.h"

// The daemon works as this role, which owns nothing; migrations and one-shot commands as the owner.
#define STORE_ROLE "entregent_app"

// All statements, in the order of enum sql_statement. The table lives as long as the process.
const struct pg_statement *store_statements(void);
// Applies what is missing of sql/schema, each file in one transaction, under an advisory lock; then the built-in
// reference data where it is missing. fresh is set when the database was empty before. ERR_SETTING when the server is
// older than PostgreSQL 15 or the schema newer than this program.
enum err store_migrate(struct session *s, bool *fresh) MUST_USE;
// One statement of sql/query on a blocking session.
enum err store_query(struct session *s, enum sql_statement statement, const char *const *values) MUST_USE;

#endif
