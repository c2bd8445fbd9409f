// SPDX-License-Identifier: EUPL-1.2
// Knows how an answer becomes output: pages, JSON, ETag.
#include "fetch.h"

#include "say.h"

#include <stdio.h>
#include <string.h>

#define DUMP (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))

// The server's own bytes as one line: outside strings a newline is white space, inside it is escaped.
static void print_raw(const struct text *body)
{
    for (size_t i = 0; i < body->len; i++)
        if (body->data[i] != '\n' && body->data[i] != '\r')
            putchar(body->data[i]);
        else if (i + 1 < body->len)
            putchar(' ');
    putchar('\n');
}

static void print_object(const struct answer *a)
{
    if (a->status == 204)
        puts("{}");
    else
        print_raw(&a->body);
}

static json_t *parse(const struct options *o, const struct answer *a)
{
    json_t *object = a->status == 204 ? json_object() : json_loadb(text_string(&a->body), a->body.len, 0, NULL);
    if (json_is_object(object))
        return object;
    json_decref(object);
    say_no(o->lang, "la réponse du serveur n'est pas un objet JSON", "the server's answer is not a JSON object");
    return NULL;
}

enum result fetch_object(struct call *c, const struct options *o, const struct request *r, fetch_show *show,
                         json_t **out)
{
    struct answer a;
    json_t *object = NULL;
    call_answer_init(&a);
    enum result result = call_ask(c, r, &a);
    if (result == RESULT_DONE && !(object = parse(o, &a)))
        result = RESULT_SERVER;
    if (result == RESULT_DONE && option_given(o, OPTION_JSON))
        print_object(&a);
    else if (result == RESULT_DONE && show)
        show(o, object);
    call_answer_fini(&a);
    if (out)
        *out = object;
    else
        json_decref(object);
    return result;
}

static void print_file(const struct text *body)
{
    fwrite(text_string(body), 1, body->len, stdout);
    if (body->len && body->data[body->len - 1] != '\n')
        putchar('\n');
}

enum result fetch_export(struct call *c, const struct options *o, const char *path)
{
    static const struct option_field fields[] = {{"format", OPTION_FORMAT, OPTION_AS_OTHER, false},
                                                 {NULL, 0, 0, false}};
    const char *format = o->value[OPTION_FORMAT];
    bool json = option_given(o, OPTION_JSON);
    struct answer a;
    struct text at;
    if (json && format && !text_equal(format, "json")) {
        say_no(o->lang, "--json et --format %s se contredisent", "--json and --format %s contradict each other",
               format);
        return RESULT_USAGE;
    }
    call_answer_init(&a);
    text_init(&at, 16384);
    text_put(&at, path);
    call_query(&at, "format", format);
    enum result result =
        call_ask(c, &(struct request){.method = "GET", .path = text_string(&at), .fields = fields}, &a);
    if (result == RESULT_DONE && json)
        print_raw(&a.body);
    else if (result == RESULT_DONE)
        print_file(&a.body);
    text_fini(&at);
    call_answer_fini(&a);
    return result;
}

// Options that choose among the items of lists.
static const struct option_field choices[] = {
    {"limit", OPTION_LIMIT, OPTION_AS_OTHER, false},
    {"answer", OPTION_ANSWER, OPTION_AS_OTHER, false},
    {"state", OPTION_STATE, OPTION_AS_OTHER, false},
    {NULL, 0, 0, false},
};

struct pages {
    const struct options *o;
    void (*head)(const struct options *o);
    fetch_show *row;
    size_t count; // of items so far
};

static void print_item(struct pages *p, json_t *item)
{
    if (option_given(p->o, OPTION_JSON)) {
        fputs(p->count ? "," : "", stdout);
        json_dumpf(item, stdout, DUMP);
    } else {
        if (p->head && p->count == 0)
            p->head(p->o);
        p->row(p->o, item);
    }
    p->count++;
}

// path with limit and cursor.
static void page_path(struct text *out, const struct options *o, const char *path, const char *cursor)
{
    text_clear(out);
    text_put(out, path);
    call_query(out, "limit", o->value[OPTION_LIMIT]);
    call_query(out, "cursor", *cursor ? cursor : NULL);
}

// One page; cursor goes on to the next one, "" at the end.
static enum result fetch_page(struct call *c, struct pages *p, const char *path, struct text *cursor)
{
    struct answer a;
    size_t i;
    json_t *page, *item;
    call_answer_init(&a);
    enum result result = call_ask(c, &(struct request){.method = "GET", .path = path, .fields = choices}, &a);
    page = result == RESULT_DONE ? parse(p->o, &a) : NULL;
    const char *next = json_string_value(json_object_get(page, "next"));
    json_array_foreach(json_object_get(page, "items"), i, item) print_item(p, item);
    if (result == RESULT_DONE && (!page || (next && text_equal(next, text_string(cursor)))))
        result = RESULT_SERVER;
    text_clear(cursor);
    text_put(cursor, next ? next : "");
    json_decref(page);
    call_answer_fini(&a);
    return result;
}

static void end_list(const struct pages *p, bool more)
{
    enum lang lang = p->o->lang;
    if (more)
        say_line(lang, "Il y en a d'autres : --all.", "There are more: --all.");
    else if (p->count == 0)
        say_line(lang, "Rien.", "Nothing.");
}

enum result fetch_list(struct call *c, const struct options *o, const char *path, void (*head)(const struct options *o),
                       fetch_show *row)
{
    struct pages p = {.o = o, .head = head, .row = row};
    struct text at, cursor;
    bool json = option_given(o, OPTION_JSON), all = option_given(o, OPTION_ALL);
    enum result result = RESULT_DONE;
    text_init(&at, 65536);
    text_init(&cursor, 16384);
    page_path(&at, o, path, "");
    if (json && !all)
        result = fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&at), .fields = choices},
                              NULL, NULL);
    else {
        fputs(json ? "{\"items\":[" : "", stdout);
        do {
            page_path(&at, o, path, text_string(&cursor));
            result = fetch_page(c, &p, text_string(&at), &cursor);
        } while (result == RESULT_DONE && all && cursor.len);
        if (json)
            puts("],\"next\":null}");
        else if (result == RESULT_DONE)
            end_list(&p, cursor.len > 0);
    }
    text_fini(&at);
    text_fini(&cursor);
    return result;
}

enum result fetch_etag(struct call *c, const struct options *o, const char *path, bool absent, char etag[static 128])
{
    struct answer a;
    call_answer_init(&a);
    enum result result = call_send(c, &(struct request){.method = "GET", .path = path}, &a);
    etag[0] = 0;
    if (result == RESULT_DONE && a.status == 200)
        snprintf(etag, 128, "%s", a.etag);
    else if (result == RESULT_DONE && !(absent && a.status == 404))
        result = call_problem(o, &a);
    call_answer_fini(&a);
    return result;
}
