// SPDX-License-Identifier: EUPL-1.2
// The verbs of entregentd that the daemon starts as children of its own: they read an agenda (wire/agenda) from standard input.
#ifndef APP_SOLVE_H
#define APP_SOLVE_H

// plan: lines of wire/progress. advise: one line, the record "advice". The exit status, or -1 when argv names neither: 0 answered,
// 64 wrong usage, 65 no agenda, 70 out of memory. Reads no settings; SIGTERM ends plan with the best found.
int solve_child(int argc, char *const *argv);

#endif
