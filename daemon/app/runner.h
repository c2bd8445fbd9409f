// SPDX-License-Identifier: EUPL-1.2
// Runs of the solver: a child each, its progress stored as it comes, its end too.
#ifndef APP_RUNNER_H
#define APP_RUNNER_H

#include "app/parts.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct runner;

struct runner_options {
    int seconds, spread;
    uint64_t seed;
    const char *order; // "fairness,gaps,change"
    bool repair;
    // The end is stored, whatever it is; told: a version was published. May be NULL. Not when the daemon ends before.
    void (*on_end)(void *ctx, const char *plan, bool told);
    void *ctx;
};

struct runner *runner_new(struct parts *s);
void runner_free(struct runner *r); // ends all children; NULL is fine
// plan: a row that plan_begin has made; agenda: the JSON it gave. Both are copied. False: there are plans_at_once already (repairs
// are not counted), or the daemon stops. A child that does not start is an end too: on_end comes later.
bool runner_start(struct runner *r, const char *plan, const char *agenda, const struct runner_options *o);
// Asks it to end with its best; nothing when it does not run here.
void runner_stop(struct runner *r, const char *plan);
int runner_running(const struct runner *r); // without repairs
// What can be said of an agenda before a run, as JSON (the record "advice"); json NULL: it took too long, or failed. on_answer comes
// once, later, at runner_drain too. False: too many ask.
bool runner_advise(struct runner *r, const char *agenda, enum lang lang, void (*on_answer)(void *ctx, const char *json), void *ctx);
// The daemon stops: SIGTERM to all; what they found is stored while the database still answers.
void runner_drain(struct runner *r);
// Calls done, at once or later, when all that is stored, or after some seconds.
void runner_finish(struct runner *r, void (*done)(void *ctx), void *ctx);

#endif
