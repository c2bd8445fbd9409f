// SPDX-License-Identifier: EUPL-1.2
// A child process: it dies with us, is watched by the loop and reaped before its end is told.
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include "base/err.h"
#include "io/loop.h"

#include <sys/types.h>

struct child;

struct child_options {
    const char *const *argv; // NULL-terminated; argv[0] is the path of the program
    const char *const *env;  // "NAME=value" added to our environment (without the service manager's); NULL-terminated, or NULL
    const char *folder;      // where it runs; NULL: "/"
    const char *log;         // file to which stderr (and stdout, unless `out` is set) is appended; NULL: ours
    int in, out;             // descriptors for its stdin and stdout; 0: /dev/null, and the log or our stdout
    int death;               // signal it gets when we end; 0: SIGTERM
};

// Starts it, in a process group of its own (Ctrl-C reaches us alone). on_end gets the status of waitpid(2), once, never
// before this returned; the child is freed with child_free afterwards. ERR_IO is logged.
enum err child_open(struct child **out, struct loop *l, const struct child_options *o,
                    void (*on_end)(void *ctx, int status), void *ctx) MUST_USE;
pid_t child_pid(const struct child *c);
void child_signal(struct child *c, int signal); // nothing after its end
void child_free(struct child *c); // SIGKILL and reap when it still runs; on_end is not called; NULL is fine

// Runs it to its end, blocking. ERR_IO with a log line when it does not exit with 0; `what` names it there.
enum err child_run(const struct child_options *o, const char *what) MUST_USE;
// "exit 1" or "signal 9".
void child_describe(int status, char out[static 32]);

#endif
