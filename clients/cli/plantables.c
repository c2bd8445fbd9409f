// SPDX-License-Identifier: EUPL-1.2
// Knows how many tables and slots a day of meetings needs, and how sure that is.
#include "plantables.h"

#include "layout.h"
#include "planfile.h"
#include "plantold.h"

#include "base/map.h"
#include "base/text.h"
#include "core/quota.h"

#include <stdio.h>
#include <stdlib.h>

#define EITHER(q, fr, en) ((q)->o->lang == LANG_FR ? (fr) : (en))

struct asked {
    const struct options *o;
    const struct agenda *agenda;
    struct quota_needs needs;
    int repeated; // the most meetings of one pair
    bool limited; // somebody is away, or something is locked, forbidden, ordered ...: the needs are bounds then
};

// Whether any rule is in the way besides "nobody in two meetings at once" and the number of tables.
static bool limited(const struct agenda *a)
{
    uint64_t all = a->slots < AGENDA_SLOTS ? (UINT64_C(1) << a->slots) - 1 : UINT64_MAX;
    bool is = a->befores || a->bounds;
    for (int p = 0; p < a->people; p++) {
        const struct agenda_person *person = &a->person[p];
        is = is || (person->free & all) != all || person->most || person->rest || person->table != AGENDA_NONE;
    }
    for (int m = 0; m < a->meetings; m++)
        is = is || (a->meeting[m].slots & all) != all || a->meeting[m].table != AGENDA_NONE;
    return is;
}

static int repeated(const struct agenda *a)
{
    struct map *pairs = map_new();
    int *count = memory_new((size_t)a->meetings * sizeof *count + 1), most = 0;
    for (int m = 0; m < a->meetings; m++) {
        int one = a->meeting[m].person[0], two = a->meeting[m].person[1];
        int key[2] = {one < two ? one : two, one < two ? two : one};
        int *before = map_get(pairs, key, sizeof key);
        count[m] = 0;
        if (!before)
            map_set(pairs, key, sizeof key, before = &count[m]);
        most = ++*before > most ? *before : most;
    }
    map_free(pairs);
    free(count);
    return most;
}

// The slots that are enough for sure, by what is known of graphs.
static int enough(const struct asked *q)
{
    return q->needs.exact ? q->needs.slots : q->needs.slots + q->repeated;
}

static void print_object(const struct asked *q)
{
    const struct agenda *a = q->agenda;
    const struct quota_needs *n = &q->needs;
    json_t *busiest = json_null();
    if (n->busiest != AGENDA_NONE)
        busiest = json_pack("{s:s,s:s,s:i}", "id", a->person[n->busiest].id, "name", a->person[n->busiest].name,
                            "meetings", n->meetings);
    plantold_print(json_pack("{s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:b,s:b,s:o}", "people", a->people, "meetings",
                             a->meetings, "slots", a->slots, "tables", a->tables, "slots_needed", n->slots,
                             "slots_enough", enough(q), "tables_needed", n->tables, "tables_in_fewest_slots",
                             n->tables_at, "tables_by_session", n->session_tables, "two_sides", n->sides, "limited",
                             q->limited, "busiest", busiest));
}

static const char *slots_text(const struct asked *q, struct arena *arena)
{
    const struct quota_needs *n = &q->needs;
    const char *who = arena_format(arena, EITHER(q, "%s a le plus de rendez-vous : %d", "%s has the most meetings: %d"),
                                   q->agenda->person[n->busiest].name, n->meetings);
    if (n->exact && n->sides)
        return arena_format(arena,
                            EITHER(q, "%d, et ils suffisent (deux côtés : König). %s.",
                                   "%d, and they are enough (two sides: König). %s."),
                            n->slots, who);
    if (n->exact)
        return arena_format(arena, EITHER(q, "%d, et ils suffisent. %s.", "%d, and they are enough. %s."), n->slots,
                            who);
    return arena_format(
        arena, EITHER(q, "%d au moins, %d suffisent (Vizing). %s.", "%d at least, %d are enough (Vizing). %s."),
        n->slots, enough(q), who);
}

static const char *tables_text(const struct asked *q, struct arena *arena)
{
    const struct quota_needs *n = &q->needs;
    struct text line;
    text_init(&line, 4096);
    text_format(&line, EITHER(q, "%d dans les %d créneaux prévus", "%d in the %d slots there are"), n->tables,
                q->agenda->slots);
    if (n->slots < q->agenda->slots)
        text_format(&line, EITHER(q, ", %d en %d", ", %d in %d"), n->tables_at, n->slots);
    if (n->session_tables > n->tables)
        text_format(&line,
                    EITHER(q, " ; %d au moins, à cause des rendez-vous demandés dans une session",
                           "; %d at least, because of meetings asked for in one session"),
                    n->session_tables);
    const char *made = arena_string(arena, text_string(&line));
    text_fini(&line);
    return made;
}

static void print_verdict(const struct asked *q)
{
    const struct quota_needs *n = &q->needs;
    int tables = n->tables > n->session_tables ? n->tables : n->session_tables;
    bool lacking = q->agenda->slots < n->slots || q->agenda->tables < tables;
    if (q->agenda->slots < n->slots)
        printf(EITHER(q, "Il manque %d créneau(x).\n", "%d slot(s) are missing.\n"), n->slots - q->agenda->slots);
    if (q->agenda->tables < tables)
        printf(EITHER(q, "Il manque %d table(s).\n", "%d table(s) are missing.\n"), tables - q->agenda->tables);
    if (q->limited)
        puts(EITHER(q,
                    "Des absences, verrous ou autres règles s'y ajoutent : ce sont des minimums ; entregent plan solve "
                    "dit si cela suffit.",
                    "Absences, locks or other rules come on top: these are least numbers; entregent plan solve says "
                    "whether they are enough."));
    else if (!lacking && q->agenda->slots >= enough(q))
        puts(EITHER(q, "Ce qui est prévu suffit.", "What is there is enough."));
    else if (!lacking)
        puts(EITHER(q, "Cela peut suffire : entregent plan solve le dit.",
                    "It may be enough: entregent plan solve says so."));
}

static void print_text(const struct asked *q)
{
    struct arena *arena = arena_new();
    const struct agenda *a = q->agenda;
    layout_field(2, EITHER(q, "prévu", "there is"),
                 arena_format(arena,
                              EITHER(q, "%d rendez-vous, %d personnes, %d créneaux, %d tables",
                                     "%d meetings, %d people, %d slots, %d tables"),
                              a->meetings, a->people, a->slots, a->tables));
    if (q->needs.busiest != AGENDA_NONE) {
        layout_field(2, EITHER(q, "créneaux nécessaires", "slots needed"), slots_text(q, arena));
        layout_field(2, EITHER(q, "tables nécessaires", "tables needed"), tables_text(q, arena));
    }
    print_verdict(q);
    arena_free(arena);
}

enum result plantables_run(struct call *c, const struct options *o)
{
    struct arena *arena = arena_new();
    struct agenda agenda;
    struct asked q = {.o = o, .agenda = &agenda};
    struct agenda_view view;
    enum result result = RESULT_USAGE;
    (void)c;
    const char *why = planfile_agenda(o, o->word[2], &agenda, arena);
    if (why && option_given(o, OPTION_JSON))
        plantold_print(json_pack("{s:s}", "reason", why));
    if (!why) {
        agenda_view(&view, &agenda, arena);
        quota_needs(&q.needs, &view);
        q.repeated = repeated(&agenda);
        q.limited = limited(&agenda);
        (option_given(o, OPTION_JSON) ? print_object : print_text)(&q);
        result = RESULT_DONE;
    }
    arena_free(arena);
    return result;
}
