// SPDX-License-Identifier: EUPL-1.2
// A child that is given text on its standard input and answers in lines.
#ifndef IO_TASK_H
#define IO_TASK_H

#include "base/err.h"
#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct task;

struct task_events {
    void (*on_line)(void *ctx, const char *line, size_t len); // without its LF; borrowed
    void (*on_end)(void *ctx, int status, bool cut);          // status of waitpid(2), once, after the last line; cut: a line was too long
};

// Starts argv (argv[0]: path of the program). input is copied; line_most: bytes of a line, more ends the child. No event comes
// before this returned. ERR_IO is logged. What follows the last LF is no line.
enum err task_open(struct task **out, struct loop *l, const char *const *argv, const char *input, size_t len, size_t line_most,
                   const struct task_events *e, void *ctx) MUST_USE;
void task_stop(struct task *t); // SIGTERM, SIGKILL 2 s later; on_end comes
// Kills it when it still runs, then no event comes; not from within on_line; NULL is fine.
void task_free(struct task *t);

#endif
