// SPDX-License-Identifier: EUPL-1.2
// Knows how a timetable is held against its agenda, by core/verify alone: nothing here asks what planned it.
#include "plancheck.h"

#include "layout.h"
#include "planfile.h"
#include "plantold.h"
#include "say.h"

#include "base/text.h"
#include "core/verify.h"

#include <stdio.h>

#define FAULTS_MOST 1000 // that are said one by one

static const char *const rules[VERIFY_RULES] = {
    [VERIFY_SHAPE] = "shape",   [VERIFY_TWICE] = "twice", [VERIFY_BOUND] = "bound",   [VERIFY_TABLE] = "table",
    [VERIFY_FREE] = "free",     [VERIFY_SLOT] = "slot",   [VERIFY_LOCKED] = "locked", [VERIFY_BOOTH] = "booth",
    [VERIFY_BEFORE] = "before", [VERIFY_MOST] = "most",   [VERIFY_REST] = "rest",     [VERIFY_COMPLETE] = "complete",
    [VERIFY_SPREAD] = "spread",
};

struct checked {
    const struct options *o;
    const struct agenda *agenda;
    struct timetable_value value;
    json_t *faults; // [{"rule", "text"}]
    size_t count;   // of all; only FAULTS_MOST are kept
};

static void add_fault(struct checked *c, const char *rule, const char *text)
{
    json_array_append_new(c->faults, json_pack("{s:s,s:s}", "rule", rule, "text", text));
}

static void print_object(const struct checked *c)
{
    json_t *object = json_pack("{s:b,s:O,s:I,s:i,s:i,s:i}", "valid", c->count == 0, "faults", c->faults, "gaps",
                               (json_int_t)c->value.level[LEVEL_GAPS], "placed", c->value.placed, "meetings",
                               c->agenda->meetings, "spread", c->value.spread);
    json_t *levels = json_object();
    for (enum level l = 0; l < LEVELS; l++)
        json_object_set_new(levels, plantold_word(l), json_integer(c->value.level[l]));
    json_object_set_new(object, "levels", levels);
    plantold_print(object);
}

static void print_value(const struct checked *c)
{
    struct arena *arena = arena_new();
    bool fr = c->o->lang == LANG_FR;
    puts("OK");
    layout_field(2, fr ? "rendez-vous placés" : "meetings placed",
                 arena_format(arena, fr ? "%d sur %d" : "%d of %d", c->value.placed, c->agenda->meetings));
    for (enum level l = 0; l < LEVELS; l++)
        if (plantold_tells(c->agenda, l))
            layout_field(2, plantold_name(l, c->o->lang), plantold_value(l, c->value.level[l], arena));
    layout_field(2, fr ? "écart de trous" : "gaps differ by", arena_format(arena, "%d", c->value.spread));
    arena_free(arena);
}

static void print_faults(const struct checked *c)
{
    size_t i;
    json_t *fault;
    json_array_foreach(c->faults, i, fault)
    {
        layout_clean(stdout, json_string_value(json_object_get(fault, "text")));
        putchar('\n');
    }
    if (c->count > i)
        printf(c->o->lang == LANG_FR ? "et %zu autres fautes\n" : "and %zu more faults\n", c->count - i);
}

// The rules, and what the timetable is worth.
static void verify(struct checked *c, const struct timetable *t, struct arena *arena)
{
    struct agenda_view view;
    struct verify_fault *list = arena_array(arena, FAULTS_MOST, sizeof *list);
    int spread = (int)option_number(c->o, OPTION_SPREAD, 2);
    c->count = verify_check(c->agenda, t, spread, list, FAULTS_MOST);
    for (size_t i = 0; i < c->count && i < FAULTS_MOST; i++)
        add_fault(c, rules[list[i].rule], verify_text(c->agenda, &list[i], c->o->lang, arena));
    for (int m = 0; m < t->meetings; m++)
        if (t->slot[m] >= c->agenda->slots)
            return; // worth nothing
    agenda_view(&view, c->agenda, arena);
    timetable_value(&c->value, &view, t);
}

static enum result check(struct checked *c, struct arena *arena)
{
    struct timetable t = timetable_new(c->agenda->meetings, arena);
    struct faults faults;
    fault_init(&faults, arena);
    enum result result = planfile_timetable(c->o, c->o->word[3], c->agenda, &t, &faults);
    if (result == RESULT_DONE)
        verify(c, &t, arena);
    else { // of no use: said already, and here for scripts
        for (size_t i = 0; i < faults.count && i < FAULT_MOST; i++)
            add_fault(
                c, "shape",
                arena_format(arena, "%s: %s", faults.list[i].pointer, fault_text(&faults.list[i], c->o->lang, arena)));
        if (!faults.count)
            add_fault(c, "shape", planfile_unread(c->o, c->o->word[3], arena));
        c->count = faults.count ? faults.count : 1;
    }
    if (option_given(c->o, OPTION_JSON))
        print_object(c);
    else if (result == RESULT_DONE)
        (c->count ? print_faults : print_value)(c);
    return result == RESULT_USAGE ? result : c->count ? RESULT_NO : RESULT_DONE;
}

static enum result refuse(struct checked *c, const char *why)
{
    add_fault(c, "agenda", why);
    if (option_given(c->o, OPTION_JSON))
        plantold_print(json_pack("{s:b,s:O}", "valid", false, "faults", c->faults));
    return RESULT_USAGE;
}

enum result plancheck_run(struct call *call, const struct options *o)
{
    struct arena *arena = arena_new();
    struct agenda agenda;
    struct checked c = {.o = o, .agenda = &agenda, .faults = json_array()};
    enum result result = RESULT_USAGE;
    (void)call;
    if (text_equal(o->word[2], "-") && text_equal(o->word[3], "-"))
        say_no(o->lang, "un seul des deux fichiers peut être l'entrée standard", "only one of the files can be the standard input");
    else {
        const char *why = planfile_agenda(o, o->word[2], &agenda, arena);
        result = why ? refuse(&c, why) : check(&c, arena);
    }
    json_decref(c.faults);
    arena_free(arena);
    return result;
}
