// SPDX-License-Identifier: EUPL-1.2
// Knows how a day of meetings is planned from the command line.
#include "plansolve.h"

#include "planfile.h"
#include "planout.h"
#include "plantold.h"
#include "say.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECONDS 60
#define SPREAD 2
#define SEED 1
#define MEMORY_MIB 1024

static enum level level_named(const char *word, size_t len)
{
    enum level l = 0;
    while (l < LEVELS && (strlen(plantold_word(l)) != len || memcmp(plantold_word(l), word, len) != 0))
        l++;
    return l;
}

// --levels: all of them, weight first and tables last.
static bool read_order(const struct options *o, enum level order[static LEVELS])
{
    const char *at = o->value[OPTION_LEVELS];
    unsigned seen = 0;
    int n = 0;
    for (enum level l = 0; l < LEVELS; l++)
        order[l] = l;
    while (at && *at && n < LEVELS) {
        size_t len = strcspn(at, ",");
        enum level l = level_named(at, len);
        seen |= 1u << l;
        order[n++] = l;
        at += len + (at[len] == ',');
    }
    if (!o->value[OPTION_LEVELS] ||
        (!*at && seen == (1u << LEVELS) - 1 && order[0] == LEVEL_WEIGHT && order[LEVELS - 1] == LEVEL_TABLES))
        return true;
    return say_no(o->lang,
                  "--levels : weight, puis fairness, gaps et change dans l'ordre voulu, puis tables ; chacun une fois",
                  "--levels: weight, then fairness, gaps and change in the order wanted, then tables; each once");
}

static enum result solve(struct planrun *r, const struct plan_options *how, const struct planout *out)
{
    planrun_solve(r, how);
    // Files first: the object for scripts is the last line, and what it says is done then.
    bool found = plan_timetable(r->plan) != NULL, written = !found || planout_write(out, r);
    if (!found)
        planout_keep(out, r->o);
    enum result result = plantold_result(r);
    if (!written)
        result = RESULT_USAGE;
    if (r->interrupted) { // a proof may still be under way, and giving its memory back takes time, too
        fflush(NULL);
        _exit((int)result);
    }
    plan_free(r->plan);
    return result;
}

enum result plansolve_run(struct call *c, const struct options *o)
{
    struct arena *arena = arena_new();
    struct agenda agenda;
    struct agenda_view view;
    struct planout out;
    struct planrun r = {.o = o, .agenda = &agenda, .view = &view, .started = clock_mono()};
    struct plan_options how = {.seed = (uint64_t)option_number(o, OPTION_SEED, SEED),
                               .spread = (int)option_number(o, OPTION_SPREAD, SPREAD),
                               .memory = (size_t)option_number(o, OPTION_MEMORY, MEMORY_MIB) << 20};
    enum result result = RESULT_USAGE;
    (void)c;
    r.order = how.order;
    r.until = r.started + option_number(o, OPTION_SECONDS, SECONDS) * 1000000;
    if (read_order(o, how.order) && planout_read(&out, o, arena)) {
        const char *why = planfile_agenda(o, o->word[2], &agenda, arena);
        if (why)
            plantold_refused(&r, why);
        else if (planout_fits(&out, o, &agenda)) {
            agenda_view(&view, &agenda, arena);
            result = solve(&r, &how, &out);
        }
    }
    arena_free(arena);
    return result;
}
