// SPDX-License-Identifier: EUPL-1.2
// Knows the columns of what came of meetings.
#include "wire/outcome.h"

#include "wire/csv.h"

#include <jansson.h>

static const char *string(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

static const char *truth(const json_t *v)
{
    return json_is_true(v) ? "true" : json_is_false(v) ? "false" : "";
}

static void cell(struct text *out, const char *value, bool last)
{
    csv_cell(out, value);
    text_put(out, last ? "\r\n" : ",");
}

// What that person said of the meeting; NULL when nothing.
static const json_t *said_by(const json_t *item, const char *participant)
{
    const json_t *list = json_object_get(item, "outcomes");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (text_equal(string(json_array_get(list, i), "participant"), participant))
            return json_array_get(list, i);
    return NULL;
}

static void put_row(struct text *out, const json_t *item)
{
    const json_t *meeting = json_object_get(item, "meeting"), *people = json_object_get(item, "people");
    const char *const head[] = {string(item, "request"), string(meeting, "start"), string(meeting, "session"), string(meeting, "table"), string(item, "need")};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        cell(out, head[i], false);
    for (size_t i = 0; i < 2; i++) {
        const json_t *person = json_array_get(people, i), *said = said_by(item, string(person, "id"));
        cell(out, string(person, "name"), false);
        cell(out, string(person, "company"), false);
        cell(out, truth(json_object_get(said, "met")), false);
        cell(out, truth(json_object_get(said, "useful")), false);
        cell(out, string(said, "follow_up"), i == 1);
    }
}

bool outcome_table(struct text *out, const char *json)
{
    static const char head[] = "\xef\xbb\xbf"
                               "meeting,start,session,table,need,name1,company1,met1,useful1,follow_up1,name2,company2,met2,useful2,follow_up2\r\n";
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const json_t *items = json_object_get(root, "items");
    bool good = json_is_array(items);
    text_put(out, good ? head : "");
    for (size_t i = 0; i < json_array_size(items); i++)
        put_row(out, json_array_get(items, i));
    json_decref(root);
    return good;
}
