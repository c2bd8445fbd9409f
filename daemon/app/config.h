// SPDX-License-Identifier: EUPL-1.2
// The settings of protocol/settings.def with their values, and where each was given.
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef int64_t config_NUMBER;
typedef char *config_SECRET;
typedef char *config_TEXT; // never NULL. One that is LIVE is gone after config_take: copy it, or read it at each use

enum config_name {
#define SETTING(name, ...) CONFIG_##name,
#include "protocol/settings.def"
#undef SETTING
    CONFIG_COUNT
};

struct config {
#define SETTING(name, type, ...) config_##type name;
#include "protocol/settings.def"
#undef SETTING
    struct {
        const char *file;       // its name in messages, borrowed
        int line[CONFIG_COUNT]; // of the file; 0: the standard value; -1: the command line
    } origin;
};

// Where settings are given, the latter before the former: a file of "name = value" lines, # comments, which may be
// missing; the command line.
struct config_source {
    const char *path, *name; // of the file: to open it, and as messages call it
    const char *const *sets; // "name=value"; a name may stand there several times, the last one counts
    int set_count;
};

// Hears of each problem. where: "data/entregent.conf:3", "--set", or "" when a standard value is not right; what: the
// setting and a few words in `lang`. Both borrowed.
struct config_report {
    void (*say)(void *ctx, const char *where, const char *what);
    void *ctx;
    enum lang lang;
    int problems; // how many there were
};

// All at their standard values. Free with config_fini.
void config_init(struct config *c);
void config_fini(struct config *c);
// Puts what is given there into c, fresh from config_init, and says every problem, not only the first: names that do not
// exist, twice the same one in the file, values of the wrong form or out of range. ERR_SETTING when there was one.
// Whether the values fit the machine is for app/check.
enum err config_read(struct config *c, const struct config_source *from, struct config_report *r) MUST_USE;
// Says that the value of this setting is not right.
void config_problem(const struct config *c, struct config_report *r, enum config_name name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Puts the LIVE values of `from` into c; START values stay. changed is called for each that differs, with what it is.
void config_take(struct config *c, struct config *from, void (*changed)(void *ctx, const char *name, bool live), void *ctx);

// A setting as it may be shown.
struct config_view {
    const char *name, *standard, *unit, *text[2]; // text: by enum lang
    const char *value;                            // in force; NULL: a secret that is given
    const char *given;                            // "default", "file", "command"
    bool number, secret, live;
    int64_t least, most;                          // of a number
};
// Each setting in its order; what fn gets is gone when it returns.
void config_each(const struct config *c, void (*fn)(void *ctx, const struct config_view *v), void *ctx);

#endif
