// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about alerts.
#include "alert.h"

#include "form.h"
#include "input.h"
#include "say.h"
#include "show.h"
#include "table.h"

#include <stdio.h>

#define ALERTS "/v1/alerts"
#define FILE_MOST (1u << 20)

static const struct option_field fields[] = {
    {"name", OPTION_NAME, OPTION_AS_TEXT, false},
    {"cpv", OPTION_CPV, OPTION_AS_LIST, false},
    {"places", OPTION_PLACE, OPTION_AS_LIST, false},
    {"reserved", OPTION_RESERVED, OPTION_AS_LIST, false},
    {"words", OPTION_WORDS, OPTION_AS_LIST, false},
    {"buyers", OPTION_BUYER, OPTION_AS_LIST, false},
    {"rhythm", OPTION_RHYTHM, OPTION_AS_OTHER, false}, // in the query
    {NULL, 0, 0, false},
};
static const struct option_field of_value[] = {
    {"min", OPTION_MIN, OPTION_AS_NUMBER, false},
    {"max", OPTION_MAX, OPTION_AS_NUMBER, false},
    {NULL, 0, 0, false},
};
static const struct option_field of_query[] = {
    {"rhythm", OPTION_RHYTHM, OPTION_AS_OTHER, false},
    {NULL, 0, 0, false},
};

static const struct table_column columns[] = {
    {"id", 36, false, {"IDENTIFIANT", "ID"}},
    {"needs", -7, false, {"BESOINS", "NEEDS"}},
    {"updated", 16, true, {"MODIFIÉE", "UPDATED"}},
    {"name", 0, false, {"NOM", "NAME"}},
    {NULL, 0, false, {NULL, NULL}},
};

static void head(const struct options *o)
{
    table_head(o, columns);
}

static void row(const struct options *o, json_t *alert)
{
    table_row(o, columns, alert);
}

static void show(const struct options *o, json_t *alert)
{
    show_record(o, "alert", alert);
}

enum result alert_list(struct call *c, const struct options *o)
{
    return fetch_list(c, o, ALERTS, head, row);
}

enum result alert_show(struct call *c, const struct options *o)
{
    struct text path;
    call_path(&path, ALERTS "/", o->word[2], "");
    enum result result = fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path)}, show, NULL);
    text_fini(&path);
    return result;
}

static bool any_field(const struct options *o)
{
    for (const struct option_field *f = fields; f->name; f++)
        if (f->type != OPTION_AS_OTHER && option_given(o, f->option))
            return true;
    return form_given(o, of_value);
}

// What is missing the server says.
static enum result add_from_options(struct call *c, const struct options *o, struct request r)
{
    json_t *alert = json_object(), *value = json_object();
    enum result result = RESULT_USAGE;
    bool good = form_fill(o, fields, alert) && form_fill(o, of_value, value);
    if (json_object_size(value))
        json_object_set(alert, "value", value);
    r.fields = fields;
    if (good)
        result = form_fetch(c, o, r, json_incref(alert), show, NULL);
    json_decref(value);
    json_decref(alert);
    return result;
}

static enum result send_file(struct call *c, const struct options *o, struct request r, const char *name)
{
    struct text body;
    enum result result = RESULT_USAGE;
    text_init(&body, FILE_MOST);
    if (input_whole(o, name, &body)) {
        r.type = "application/json";
        r.body = text_string(&body);
        r.length = body.len;
        result = fetch_object(c, o, &r, show, NULL);
    }
    text_fini(&body);
    return result;
}

enum result alert_add(struct call *c, const struct options *o)
{
    struct text path;
    bool file = o->words > 2;
    if (file == any_field(o)) {
        say_no(o->lang, "un fichier (ou -), ou bien les champs en options", "a file (or -), or the fields as options");
        return RESULT_USAGE;
    }
    call_path(&path, ALERTS, "", "");
    call_query(&path, "rhythm", o->value[OPTION_RHYTHM]);
    struct request r = {.method = "POST", .path = text_string(&path), .fields = of_query, .once = true};
    enum result result = file ? send_file(c, o, r, o->word[2]) : add_from_options(c, o, r);
    text_fini(&path);
    return result;
}

enum result alert_set(struct call *c, const struct options *o)
{
    struct text path;
    char etag[128];
    call_path(&path, ALERTS "/", o->word[2], "");
    struct request r = {.method = "PUT", .path = text_string(&path), .etag = o->value[OPTION_ETAG]};
    enum result result = r.etag ? RESULT_DONE : fetch_etag(c, o, r.path, false, etag);
    r.etag = r.etag ? r.etag : etag;
    if (result == RESULT_DONE)
        result = send_file(c, o, r, o->word[3]);
    text_fini(&path);
    return result;
}

static void show_dropped(const struct options *o, json_t *nothing)
{
    (void)nothing;
    puts(o->lang == LANG_FR ? "Alerte supprimée." : "Alert deleted.");
}

enum result alert_drop(struct call *c, const struct options *o)
{
    struct text path;
    call_path(&path, ALERTS "/", o->word[2], "");
    enum result result =
        fetch_object(c, o, &(struct request){.method = "DELETE", .path = text_string(&path)}, show_dropped, NULL);
    text_fini(&path);
    return result;
}

enum result alert_needs(struct call *c, const struct options *o)
{
    struct text path;
    call_path(&path, ALERTS "/", o->word[2], "/needs");
    enum result result = fetch_list(c, o, text_string(&path), show_find_head, show_find_row);
    text_fini(&path);
    return result;
}
