// SPDX-License-Identifier: EUPL-1.2
// Knows the words for what a plan came to.
#include "plantold.h"

#include "layout.h"
#include "say.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/greedy.h"

#include <stdio.h>
#include <string.h>

#define EITHER(r, fr, en) ((r)->o->lang == LANG_FR ? (fr) : (en))
#define LISTED_MOST 100 // meetings left out that are said one by one

static const struct {
    const char *word, *name[2];
    const char *far[2]; // behind a value that is not proven best, with the bound; * stands for nothing better
} levels[LEVELS] = {
    [LEVEL_WEIGHT] = {"weight",
                      {"poids placé", "weight placed"},
                      {"; aucun emploi du temps n'en place plus de %s", "; no timetable places more than %s"}},
    [LEVEL_FAIRNESS] = {"fairness",
                        {"le moins bien servi", "least served"},
                        {"; ce ne peut être plus de %s", "; it cannot be more than %s"}},
    [LEVEL_GAPS] = {"gaps",
                    {"trous", "gaps"},
                    {"; aucun emploi du temps n'en a moins de %s", "; no timetable has fewer than %s"}},
    [LEVEL_CHANGE] = {"change",
                      {"rendez-vous déplacés", "meetings moved"},
                      {"; il en faut au moins %s", "; at least %s are needed"}},
    [LEVEL_TABLES] = {"tables",
                      {"changements de table", "table changes"},
                      {"; il en faut au moins %s", "; at least %s are needed"}},
};

const char *plantold_word(enum level l)
{
    return levels[l].word;
}

const char *plantold_name(enum level l, enum lang lang)
{
    return levels[l].name[lang];
}

const char *plantold_value(enum level l, int64_t value, struct arena *arena)
{
    if (l == LEVEL_FAIRNESS)
        return arena_format(arena, "%lld %%", (long long)(value / (TIMETABLE_ALL / 100)));
    return arena_format(arena, "%lld", (long long)value);
}

bool plantold_tells(const struct agenda *a, enum level l)
{
    bool published = false;
    for (int m = 0; m < a->meetings && l == LEVEL_CHANGE; m++)
        published = published || a->meeting[m].old_slot != AGENDA_NONE;
    return l == LEVEL_CHANGE ? published : !a->complete || (l != LEVEL_WEIGHT && l != LEVEL_FAIRNESS);
}

json_t *plantold_levels(const struct agenda *a, struct plan *p)
{
    const struct timetable_value *found = plan_value(p);
    json_t *all = json_object();
    for (enum level l = 0; l < LEVELS; l++) {
        struct plan_level level = plan_level(p, l);
        json_t *value = found ? json_integer(level.value) : json_null();
        json_object_set_new(all, levels[l].word,
                            json_pack("{s:o,s:I,s:b}", "value", value, "bound", (json_int_t)level.bound, "proven",
                                      found && level.proven));
    }
    bool told = found && found->least != AGENDA_NONE && found->level[LEVEL_FAIRNESS] < TIMETABLE_ALL;
    json_object_set_new(json_object_get(all, levels[LEVEL_FAIRNESS].word), "person",
                        told ? json_string(a->person[found->least].id) : json_null());
    return all;
}

void plantold_print(json_t *object)
{
    if (!object)
        return;
    json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(object);
}

// Why there is no timetable: all that is known of it in one line.
static const char *reason(const struct planrun *r, struct arena *arena)
{
    size_t count;
    const struct hindrance *why = plan_hindrances(r->plan, &count);
    if (r->state == PLAN_INFEASIBLE && count)
        return hindrance_text(r->agenda, &why[0], r->o->lang, arena);
    if (r->state == PLAN_INFEASIBLE)
        return EITHER(r, "aucun emploi du temps ne respecte toutes les règles", "no timetable keeps all the rules");
    return arena_format(arena,
                        EITHER(r,
                               "aucun emploi du temps n'a été trouvé en %.1f s ; cela ne prouve pas qu'il n'y en a pas",
                               "no timetable was found in %.1f s, which does not prove that there is none"),
                        r->seconds);
}

// What was asked for is the best: no gap can be spared, and what counts before gaps cannot be better either.
static bool proven(const struct planrun *r)
{
    const struct timetable_value *value = plan_value(r->plan);
    if (!value)
        return r->state == PLAN_INFEASIBLE;
    bool all = plan_level(r->plan, LEVEL_GAPS).proven;
    for (int i = 0; r->order[i] != LEVEL_GAPS; i++)
        all = all && plan_level(r->plan, r->order[i]).proven;
    return all;
}

static void print_object(const struct planrun *r)
{
    const struct timetable_value *value = plan_value(r->plan);
    struct plan_level gaps = plan_level(r->plan, LEVEL_GAPS);
    struct arena *arena = arena_new();
    plantold_print(json_pack(
        "{s:b,s:I,s:I,s:b,s:i,s:f,s:s?}", "feasible", value != NULL, "gaps", value ? (json_int_t)gaps.value : 0,
        "bound", r->state == PLAN_INFEASIBLE ? 0 : (json_int_t)gaps.bound, "proven", proven(r), "placed",
        value ? value->placed : 0, "seconds", r->seconds, "reason", value ? NULL : reason(r, arena)));
    arena_free(arena);
}

void plantold_refused(const struct planrun *r, const char *why)
{
    if (option_given(r->o, OPTION_JSON))
        plantold_print(json_pack("{s:b,s:i,s:i,s:b,s:i,s:f,s:s}", "feasible", false, "gaps", 0, "bound", 0, "proven", false,
                                 "placed", 0, "seconds", (double)(clock_mono() - r->started) / 1e6, "reason", why));
}

static void tell_none(const struct planrun *r)
{
    struct arena *arena = arena_new();
    size_t count = 0;
    const struct hindrance *why = plan_hindrances(r->plan, &count);
    if (r->state == PLAN_INFEASIBLE)
        puts(EITHER(r, "Il n'existe aucun emploi du temps :", "There is no timetable:"));
    for (size_t i = 0; r->state == PLAN_INFEASIBLE && i < count; i++) {
        fputs("  ", stdout);
        layout_clean(stdout, hindrance_text(r->agenda, &why[i], r->o->lang, arena));
        putchar('\n');
    }
    if (r->state != PLAN_INFEASIBLE || count == 0) {
        layout_clean(stdout, reason(r, arena));
        putchar('\n');
    }
    arena_free(arena);
}

static void tell_level(const struct planrun *r, enum level l, struct arena *arena)
{
    struct plan_level level = plan_level(r->plan, l);
    const struct timetable_value *value = plan_value(r->plan);
    struct text line;
    text_init(&line, 65536);
    text_put(&line, plantold_value(l, level.value, arena));
    if (l == LEVEL_FAIRNESS && value->least != AGENDA_NONE && level.value < TIMETABLE_ALL)
        text_format(&line, EITHER(r, " de ses rendez-vous : %s", " of the own meetings: %s"),
                    r->agenda->person[value->least].name);
    if (level.proven)
        text_put(&line, EITHER(r, ", le meilleur possible (prouvé)", ", proven best"));
    else if (level.bound == 0) // that nothing is below zero is no news
        text_put(&line, EITHER(r, ", sans preuve que ce soit le moins", ", not proven to be the least"));
    else {
        const char *far = levels[l].far[r->o->lang], *hole = strstr(far, "%s");
        text_format(&line, "%s%.*s%s%s", r->o->lang == LANG_FR ? " " : "", (int)(hole - far), far,
                    plantold_value(l, level.bound, arena), hole + 2);
    }
    layout_field(2, levels[l].name[r->o->lang], text_string(&line));
    text_fini(&line);
}

static void tell_left(const struct planrun *r, struct arena *arena)
{
    size_t count;
    const struct hindrance *why = plan_hindrances(r->plan, &count);
    if (count)
        puts(EITHER(r, "Laissés de côté :", "Left out:"));
    for (size_t i = 0; i < count && i < LISTED_MOST; i++) {
        fputs("  ", stdout);
        layout_clean(stdout, hindrance_text(r->agenda, &why[i], r->o->lang, arena));
        putchar('\n');
    }
    if (count > LISTED_MOST)
        printf(EITHER(r, "  et %zu autres ; --out FILE.csv les dit tous\n",
                      "  and %zu more; --out FILE.csv has them all\n"),
               count - LISTED_MOST);
}

// What people do without a plan.
static void tell_others(const struct planrun *r)
{
    struct arena *arena = arena_new();
    struct timetable t = timetable_new(r->agenda->meetings, arena);
    struct timetable_value first, any;
    greedy_place(&t, r->view, GREEDY_FIRST, 0);
    timetable_value(&first, r->view, &t);
    greedy_place(&t, r->view, GREEDY_ANY, (uint64_t)option_number(r->o, OPTION_SEED, 1));
    timetable_value(&any, r->view, &t);
    printf(EITHER(r,
                  "Sans plan : premier arrivé, premier servi laisserait %d rendez-vous sans place, avec %lld trous ; "
                  "n'importe quel créneau commun, %d avec %lld.\n",
                  "Without a plan: first come, first served would leave %d meetings unplaced with %lld gaps; picking "
                  "any common slot, %d with %lld.\n"),
           r->agenda->meetings - first.placed, (long long)first.level[LEVEL_GAPS], r->agenda->meetings - any.placed,
           (long long)any.level[LEVEL_GAPS]);
    arena_free(arena);
}

static void tell_found(const struct planrun *r)
{
    struct arena *arena = arena_new();
    const struct timetable_value *value = plan_value(r->plan);
    if (r->agenda->name && *r->agenda->name) {
        layout_clean(stdout, r->agenda->name);
        putchar('\n');
    }
    layout_field(2, EITHER(r, "rendez-vous placés", "meetings placed"),
                 arena_format(arena, EITHER(r, "%d sur %d", "%d of %d"), value->placed, r->agenda->meetings));
    for (enum level l = 0; l < LEVELS; l++)
        if (plantold_tells(r->agenda, l))
            tell_level(r, l, arena);
    layout_field(2, EITHER(r, "écart de trous", "gaps differ by"),
                 arena_format(arena, EITHER(r, "%d au plus entre deux personnes", "%d at most between two people"),
                              plan_spread(r->plan)));
    layout_field(2, EITHER(r, "durée", "time"), arena_format(arena, "%.1f s", r->seconds));
    tell_others(r);
    tell_left(r, arena);
    arena_free(arena);
}

enum result plantold_result(const struct planrun *r)
{
    bool found = plan_timetable(r->plan) != NULL;
    if (r->interrupted)
        say_line(r->o->lang, "Interrompu : voici ce qui était trouvé.", "Interrupted: this is what was found.");
    if (plan_full(r->plan))
        say_line(r->o->lang, "La mémoire accordée (--memory) est épuisée : rien de plus ne sera prouvé.",
                 "The memory allowed (--memory) is used up: nothing more will be proven.");
    if (option_given(r->o, OPTION_JSON))
        print_object(r);
    else if (found)
        tell_found(r);
    else
        tell_none(r);
    return found ? RESULT_DONE : r->interrupted ? RESULT_STOPPED : RESULT_NO;
}
