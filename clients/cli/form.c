// SPDX-License-Identifier: EUPL-1.2
// Knows how options become the body of a request.
#include "form.h"

#include "say.h"

#include <stdlib.h>
#include <string.h>

// "a,b" as an array of strings.
static json_t *split(const char *list)
{
    json_t *array = json_array();
    for (const char *at = list; *at;) {
        size_t len = strcspn(at, ",");
        if (len)
            json_array_append_new(array, json_stringn(at, len));
        at += len + (at[len] == ',');
    }
    return array;
}

static json_t *value_of(const struct options *o, const struct option_field *f)
{
    switch (f->type) {
    case OPTION_AS_LIST:
        return split(o->value[f->option]);
    case OPTION_AS_NUMBER:
        return json_integer(option_number(o, f->option, 0));
    case OPTION_AS_TRUE:
        return json_true();
    case OPTION_AS_TEXT:
    case OPTION_AS_OTHER:
        break;
    }
    return json_string(o->value[f->option]);
}

bool form_given(const struct options *o, const struct option_field *fields)
{
    for (; fields->name; fields++)
        if (option_given(o, fields->option))
            return true;
    return false;
}

bool form_fill(const struct options *o, const struct option_field *fields, json_t *object)
{
    for (const struct option_field *f = fields; f->name; f++) {
        const char *value = o->value[f->option], *word = option_word(f->option);
        if (f->needed && (!value || !*value))
            return say_no(o->lang, "--%s est nécessaire", "--%s is needed", word);
        if (value && !text_utf8(value, strlen(value)))
            return say_no(o->lang, "--%s n'est pas en UTF-8", "--%s is not UTF-8", word);
        if (value && f->type != OPTION_AS_OTHER)
            json_object_set_new(object, f->name, value_of(o, f));
    }
    return true;
}

// The body as text, to be freed.
static char *dump(struct request *r, json_t *body)
{
    char *bytes = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    r->type = "application/json";
    r->body = bytes ? bytes : "{}";
    r->length = strlen(r->body);
    return bytes;
}

enum result form_send(struct call *c, struct request r, json_t *body, struct answer *a)
{
    char *bytes = dump(&r, body);
    enum result result = call_send(c, &r, a);
    free(bytes);
    return result;
}

enum result form_fetch(struct call *c, const struct options *o, struct request r, json_t *body, fetch_show *show,
                       json_t **out)
{
    char *bytes = dump(&r, body);
    enum result result = fetch_object(c, o, &r, show, out);
    free(bytes);
    return result;
}
