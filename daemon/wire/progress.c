// SPDX-License-Identifier: EUPL-1.2
// Knows how a line of progress is written, and which lines are some.
#include "wire/progress.h"

#include "wire/member.h"
#include "wire/strict.h"

#include <stdlib.h>
#include <string.h>

static const char *const states[PROGRESS_STATES] = {"working", "best", "halted", "infeasible", "stopped"};
static const char *const levels[LEVELS] = {"weight", "fairness", "gaps", "change", "tables"};

const char *progress_level(enum level l)
{
    return levels[l];
}

static void write_part(struct text *out, const char *name, const char *json)
{
    if (!json)
        return;
    member_key(out, name);
    text_put(out, json);
}

void progress_write(struct text *out, const struct progress *p)
{
    text_byte(out, '{');
    member_key(out, "seconds");
    text_format(out, "%.1f", p->seconds);
    member_text(out, "state", states[p->state]);
    write_part(out, "levels", p->levels);
    write_part(out, "timetable", p->timetable);
    if (p->timetable)
        member_bool(out, "verified", p->verified);
    write_part(out, "left_out", p->left_out);
    write_part(out, "reason", p->reason);
    text_put(out, "}\n");
}

// ---- Reading

static bool is_level(const json_t *v)
{
    const json_t *value = json_object_get(v, "value");
    return json_is_object(v) && json_object_size(v) == 3 && (json_is_integer(value) || json_is_null(value)) &&
           json_is_integer(json_object_get(v, "bound")) && json_is_boolean(json_object_get(v, "proven"));
}

static bool are_levels(const json_t *v)
{
    bool good = json_is_object(v) && json_object_size(v) == LEVELS;
    for (enum level l = 0; good && l < LEVELS; l++)
        good = is_level(json_object_get(v, levels[l]));
    return good;
}

static bool in_range(const json_t *v, json_int_t least, json_int_t most)
{
    return json_is_integer(v) && json_integer_value(v) >= least && json_integer_value(v) <= most;
}

static bool is_place(const json_t *v)
{
    return json_is_null(v) || (json_is_object(v) && json_object_size(v) == 2 && in_range(json_object_get(v, "slot"), 1, AGENDA_SLOTS) &&
                               json_is_string(json_object_get(v, "table")));
}

static bool is_sentence(const json_t *v)
{
    return json_is_string(json_object_get(v, "fr")) && json_is_string(json_object_get(v, "en"));
}

static bool is_left(const json_t *v)
{
    return json_is_object(v) && in_range(json_object_get(v, "meeting"), 0, AGENDA_MEETINGS - 1) && json_is_string(json_object_get(v, "kind")) &&
           is_sentence(v);
}

static bool is_list(const json_t *v, bool (*is_item)(const json_t *))
{
    bool good = json_is_array(v);
    for (size_t i = 0; good && i < json_array_size(v); i++)
        good = is_item(json_array_get(v, i));
    return good;
}

static bool are_places(const json_t *v)
{
    return is_list(v, is_place);
}

static bool are_left(const json_t *v)
{
    return is_list(v, is_left);
}

static bool is_reason(const json_t *v)
{
    return json_is_object(v) && is_sentence(v);
}

// A member that may be absent, as JSON text; false when it is something else.
static bool take_part(const json_t *root, const char *name, bool (*is)(const json_t *), struct arena *arena, const char **out)
{
    const json_t *v = json_object_get(root, name);
    *out = NULL;
    if (!v)
        return true;
    if (!is(v))
        return false;
    char *text = json_dumps(v, JSON_COMPACT);
    *out = arena_string(arena, text ? text : "null");
    free(text);
    return true;
}

static int state_of(const json_t *v)
{
    int s = PROGRESS_STATES - 1;
    while (s >= 0 && !text_equal(json_string_value(v), states[s]))
        s--;
    return s;
}

static bool read_line(const json_t *root, struct arena *arena, struct progress *p)
{
    const json_t *seconds = json_object_get(root, "seconds"), *verified = json_object_get(root, "verified");
    int state = state_of(json_object_get(root, "state"));
    if (!json_is_number(seconds) || json_number_value(seconds) < 0 || state < 0 || (verified && !json_is_boolean(verified)))
        return false;
    *p = (struct progress){.seconds = json_number_value(seconds), .state = (enum progress_state)state,
                           .last = state != PROGRESS_WORKING, .verified = json_is_true(verified)};
    return take_part(root, "levels", are_levels, arena, &p->levels) && take_part(root, "timetable", are_places, arena, &p->timetable) &&
           take_part(root, "left_out", are_left, arena, &p->left_out) && take_part(root, "reason", is_reason, arena, &p->reason);
}

bool progress_read(const char *line, size_t len, struct arena *arena, struct progress *out)
{
    const char *why;
    struct progress p;
    json_t *root = strict_load(line, len, arena, &why);
    bool good = root && read_line(root, arena, &p);
    json_decref(root);
    if (good)
        *out = p;
    return good;
}
