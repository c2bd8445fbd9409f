// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about needs.
#include "need.h"

#include "form.h"
#include "input.h"
#include "preview.h"
#include "say.h"
#include "show.h"

#include "base/clock.h"
#include "wire/seal.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MOST (64u << 20)

// The id is the verb's first argument.
static void need_path(struct text *out, const struct options *o, const char *rest)
{
    call_path(out, "/v1/needs/", o->word[2], rest);
}

// --key, or one made at random.
static const char *key_of(const struct options *o, char made[static 37])
{
    if (option_given(o, OPTION_KEY))
        return o->value[OPTION_KEY];
    seal_uuid(clock_wall(), made);
    return made;
}

// A connection that stayed broken leaves open whether it was done: the key makes asking again safe.
static void tell_key(const struct call *c, const struct options *o, const char *key, enum result result)
{
    if (result == RESULT_UNREACHABLE && call_reached(c))
        say_line(o->lang, "Peut-être fait, peut-être non. La même commande avec --key %s ne le fera qu'une fois.",
                 "Perhaps done, perhaps not. The same command with --key %s does it once only.", key);
}

static const struct option_field fields[] = {
    {"kind", OPTION_KIND, OPTION_AS_TEXT, false},
    {"title", OPTION_TITLE, OPTION_AS_TEXT, false},
    {"description", OPTION_DESCRIPTION, OPTION_AS_TEXT, false},
    {"reference", OPTION_REFERENCE, OPTION_AS_TEXT, false},
    {"deadline", OPTION_DEADLINE, OPTION_AS_TEXT, false},
    {"places", OPTION_PLACE, OPTION_AS_LIST, false},
    {NULL, 0, 0, false},
};
static const struct option_field of_lot[] = {
    {"cpv", OPTION_CPV, OPTION_AS_LIST, false},
    {"services", OPTION_SERVICES, OPTION_AS_LIST, false},
    {"reserved", OPTION_RESERVED, OPTION_AS_LIST, false},
    {NULL, 0, 0, false},
};
static const struct option_field of_value[] = {
    {"min", OPTION_MIN, OPTION_AS_NUMBER, false},
    {"max", OPTION_MAX, OPTION_AS_NUMBER, false},
    {NULL, 0, 0, false},
};

// A need of one lot from the options; what is missing the server says.
static bool need_from_options(const struct options *o, struct text *out)
{
    json_t *need = json_object(), *lot = json_object(), *value = json_object();
    bool good = form_fill(o, fields, need) && form_fill(o, of_lot, lot) && form_fill(o, of_value, value);
    if (json_object_size(value))
        json_object_set(lot, "value", value);
    json_object_set_new(need, "lots", json_pack("[o]", lot));
    json_decref(value);
    char *bytes = json_dumps(need, JSON_COMPACT);
    text_put(out, bytes ? bytes : "{}");
    free(bytes);
    json_decref(need);
    return good;
}

// The body of a posting: the file, or the options when there is none.
static bool read_body(const struct options *o, struct text *body)
{
    bool any = form_given(o, fields) || form_given(o, of_lot) || form_given(o, of_value);
    if (any == (o->words > 2))
        return say_no(o->lang, "un fichier (ou -), ou bien les champs en options",
                      "a file (or -), or the fields as options");
    return any ? need_from_options(o, body) : input_whole(o, o->word[2], body);
}

enum result need_post(struct call *c, const struct options *o)
{
    struct text body;
    char made[37];
    enum result result = RESULT_USAGE;
    text_init(&body, FILE_MOST);
    if (read_body(o, &body)) {
        struct request r = {.method = "POST", .type = "application/json", .key = key_of(o, made)};
        r.fields = o->words > 2 ? NULL : fields;
        r.path = option_given(o, OPTION_DRAFT) ? "/v1/needs?draft=1" : "/v1/needs";
        r.body = text_string(&body);
        r.length = body.len;
        result = fetch_object(c, o, &r, show_need, NULL);
        tell_key(c, o, r.key, result);
    }
    text_fini(&body);
    return result;
}

enum result need_preview(struct call *c, const struct options *o)
{
    struct text body;
    enum result result = RESULT_USAGE;
    text_init(&body, FILE_MOST);
    if (read_body(o, &body)) {
        struct request r = {.method = "POST", .path = "/v1/needs/preview", .type = "application/json"};
        r.fields = o->words > 2 ? NULL : fields;
        r.body = text_string(&body);
        r.length = body.len;
        result = fetch_object(c, o, &r, preview_show, NULL);
    }
    text_fini(&body);
    return result;
}

enum result need_show(struct call *c, const struct options *o)
{
    struct text path;
    need_path(&path, o, "");
    enum result result =
        fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path)}, show_need, NULL);
    text_fini(&path);
    return result;
}

enum result need_list(struct call *c, const struct options *o)
{
    return fetch_list(c, o, option_given(o, OPTION_MINE) ? "/v1/needs?mine=1" : "/v1/needs", show_need_head,
                      show_need_row);
}

enum result need_matches(struct call *c, const struct options *o)
{
    struct text path;
    need_path(&path, o, "/matches");
    call_query(&path, "answer", o->value[OPTION_ANSWER]);
    enum result result = fetch_list(c, o, text_string(&path), show_supplier_head, show_supplier_row);
    text_fini(&path);
    return result;
}

enum result need_funnel(struct call *c, const struct options *o)
{
    struct text path;
    need_path(&path, o, "/funnel");
    enum result result =
        fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path)}, show_funnel, NULL);
    text_fini(&path);
    return result;
}

enum result need_explain(struct call *c, const struct options *o)
{
    struct text path;
    json_t *explanation = NULL;
    need_path(&path, o, "/explain");
    call_query(&path, "offer", o->value[OPTION_OFFER]);
    enum result result = fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path)},
                                      show_explanation, &explanation);
    if (result == RESULT_DONE && !json_is_true(json_object_get(explanation, "matches")))
        result = RESULT_NO;
    json_decref(explanation);
    text_fini(&path);
    return result;
}

enum result need_amend(struct call *c, const struct options *o)
{
    struct text path, body;
    char etag[128];
    enum result result = RESULT_USAGE;
    need_path(&path, o, "");
    text_init(&body, FILE_MOST);
    if (input_whole(o, o->word[3], &body)) {
        struct request r = {.method = "PUT", .type = "application/json", .etag = o->value[OPTION_ETAG]};
        r.path = text_string(&path);
        r.body = text_string(&body);
        r.length = body.len;
        result = r.etag ? RESULT_DONE : fetch_etag(c, o, r.path, false, etag);
        r.etag = r.etag ? r.etag : etag;
        if (result == RESULT_DONE)
            result = fetch_object(c, o, &r, show_need, NULL);
    }
    text_fini(&path);
    text_fini(&body);
    return result;
}

enum result need_move(struct call *c, const struct options *o)
{
    struct text path;
    char made[37];
    need_path(&path, o, "/");
    text_put(&path, o->word[1]);
    struct request r = {.method = "POST", .path = text_string(&path), .key = key_of(o, made)};
    enum result result = fetch_object(c, o, &r, show_need, NULL);
    tell_key(c, o, r.key, result);
    text_fini(&path);
    return result;
}
