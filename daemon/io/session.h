// SPDX-License-Identifier: EUPL-1.2
// One blocking connection for what happens outside the loop: migrations, restoring, one-shot commands.
#ifndef IO_SESSION_H
#define IO_SESSION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct session;

// database NULL: that of the connection string. ERR_UNAVAILABLE with a log line when it cannot connect within 10 s.
enum err session_open(struct session **out, const char *conninfo, const char *database) MUST_USE;
void session_close(struct session *s); // NULL is fine
// Whether it has the form of a connection string; nothing is opened.
bool session_form(const char *conninfo);
// Several statements without parameters, as one transaction. ERR_INTERNAL with a log line that names `what`;
// ERR_UNAVAILABLE when it may go better later.
enum err session_script(struct session *s, const char *what, const char *sql) MUST_USE;
// One statement; on OK the rows are kept until the next call. ERR_INTERNAL with a log line that names `what`.
enum err session_query(struct session *s, const char *what, const char *sql, int count, const char *const *values) MUST_USE;
int session_rows(const struct session *s);
const char *session_value(const struct session *s, int row, int column); // NULL for SQL NULL
// Version number of the server (150018).
int session_version(const struct session *s);
// SQLSTATE of the last failure, "" when the last one was good. Borrowed.
const char *session_state(const struct session *s);
// The name as an identifier, quoted; free().
char *session_identifier(struct session *s, const char *name);

#endif
