// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about channels.
#include "channel.h"

#include "form.h"
#include "layout.h"
#include "say.h"
#include "show.h"
#include "table.h"

#include "base/clock.h"
#include "wire/field.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define CHANNELS "/v1/channels"
#define TEST_US (25 * INT64_C(1000000)) // a little longer than a receiver has to answer
#define TEST_PAUSE_MS 200

static const struct option_field fields[] = {
    {"alert", OPTION_ALERT, OPTION_AS_TEXT, false},
    {"personal", OPTION_SHARED, OPTION_AS_OTHER, false},
    {"label", OPTION_LABEL, OPTION_AS_TEXT, false},
    {"active", OPTION_ACTIVE, OPTION_AS_OTHER, false},
    {"rhythm", OPTION_RHYTHM, OPTION_AS_TEXT, false},
    {"hour", OPTION_HOUR, OPTION_AS_NUMBER, false},
    {"weekday", OPTION_WEEKDAY, OPTION_AS_NUMBER, false},
    {"quiet_from", OPTION_QUIET, OPTION_AS_OTHER, false},
    {"quiet_to", OPTION_QUIET, OPTION_AS_OTHER, false},
    {"least_score", OPTION_LEAST_SCORE, OPTION_AS_NUMBER, false},
    {"weekly_most", OPTION_WEEKLY_MOST, OPTION_AS_NUMBER, false},
    {"url", OPTION_URL, OPTION_AS_TEXT, false},
    {NULL, 0, 0, false},
};

static const struct table_column columns[] = {
    {"id", 36, false, {"IDENTIFIANT", "ID"}},
    {"kind", 8, false, {"VOIE", "WAY"}},
    {"active", 7, false, {"SERVICE", "ACTIVE"}},
    {"personal", 9, false, {"PERSONNEL", "PERSONAL"}},
    {"rhythm", 7, false, {"RYTHME", "RHYTHM"}},
    {"for", 0, false, {"POUR", "FOR"}},
    {NULL, 0, false, {NULL, NULL}},
};

static const struct table_column deliveries[] = {
    {"id", 36, false, {"IDENTIFIANT", "ID"}},
    {"kind", 9, false, {"AVIS", "NOTICE"}},
    {"state", 7, false, {"ÉTAT", "STATE"}},
    {"created", 16, true, {"DEPUIS", "SINCE"}},
    {"attempts", -6, false, {"ESSAIS", "TRIES"}},
    {"said", 0, false, {"RÉPONSE", "ANSWER"}},
    {NULL, 0, false, {NULL, NULL}},
};

static void channel_path(struct text *out, const struct options *o, const char *rest)
{
    call_path(out, CHANNELS "/", o->word[2], rest);
}

static void head(const struct options *o)
{
    table_head(o, columns);
}

// What tells it from the others: its label, where it leads, its alert.
static void row(const struct options *o, json_t *channel)
{
    static const char *const marks[] = {"label", "url", "alert"};
    json_t *shown = json_copy(channel), *list = json_array();
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (json_is_string(json_object_get(channel, marks[i])))
            json_array_append(list, json_object_get(channel, marks[i]));
    json_object_set_new(shown, "for", list);
    table_row(o, columns, shown);
    json_decref(shown);
}

enum result channel_list(struct call *c, const struct options *o)
{
    return fetch_list(c, o, CHANNELS, head, row);
}

static void show(const struct options *o, json_t *channel)
{
    show_record(o, "channel", channel);
    if (json_is_string(json_object_get(channel, "link")))
        say_line(o->lang, "Qui a cette adresse lit ce qui s'y trouve : elle est secrète.",
                 "Whoever has this address reads what is there: it is secret.");
    if (json_is_string(json_object_get(channel, "secret")))
        say_line(o->lang,
                 "Le secret (whsec_) n'est montré que cette fois : à garder où le webhook vérifie ses signatures.",
                 "The secret (whsec_) is shown this once: keep it where the webhook checks signatures.");
}

enum result channel_show(struct call *c, const struct options *o)
{
    struct text path;
    channel_path(&path, o, "");
    enum result result = fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path)}, show, NULL);
    text_fini(&path);
    return result;
}

// --quiet "20-7"; "none" or "" takes the hours away.
static bool fill_quiet(const struct options *o, json_t *body)
{
    const char *value = o->value[OPTION_QUIET];
    int from, to, end = 0;
    if (!value)
        return true;
    json_object_del(body, "quiet_from");
    json_object_del(body, "quiet_to");
    if (!*value || text_equal(value, "none"))
        return true;
    if (sscanf(value, "%2d-%2d%n", &from, &to, &end) < 2 || value[end] || from < 0 || from > 23 || to < 0 || to > 23)
        return say_no(o->lang, "--quiet : deux heures de 0 à 23 (20-7), ou none",
                      "--quiet: two hours from 0 to 23 (20-7), or none");
    json_object_set_new(body, "quiet_from", json_integer(from));
    json_object_set_new(body, "quiet_to", json_integer(to));
    return true;
}

static bool fill_active(const struct options *o, json_t *body)
{
    const char *value = o->value[OPTION_ACTIVE];
    if (!value)
        return true;
    if (!text_equal(value, "yes") && !text_equal(value, "no"))
        return say_no(o->lang, "--active : yes ou no", "--active: yes or no");
    json_object_set_new(body, "active", json_boolean(text_equal(value, "yes")));
    return true;
}

static bool fill(const struct options *o, json_t *body)
{
    if (!form_fill(o, fields, body) || !fill_quiet(o, body) || !fill_active(o, body))
        return false;
    if (option_given(o, OPTION_WEEKLY_MOST) && option_number(o, OPTION_WEEKLY_MOST, 0) == 0)
        json_object_del(body, "weekly_most"); // as many as there are
    return true;
}

enum result channel_add(struct call *c, const struct options *o)
{
    struct request r = {.method = "POST", .path = CHANNELS, .fields = fields, .once = true};
    json_t *body = json_object();
    bool mail = text_equal(o->word[2], "mail"), shared = option_given(o, OPTION_SHARED);
    enum result result = RESULT_USAGE;
    json_object_set_new(body, "kind", json_string(o->word[2]));
    if (mail || shared)
        json_object_set_new(body, "personal", json_boolean(!shared));
    if (mail && shared)
        say_no(o->lang, "--shared ne va pas avec mail : un courriel va à une personne",
               "--shared does not go with mail: a mail goes to a person");
    else if (fill(o, body))
        result = form_fetch(c, o, r, json_incref(body), show, NULL);
    json_decref(body);
    return result;
}

// The record as it is written, of the one that is shown. Whose it is and its alert stay by themselves.
static json_t *written(json_t *shown)
{
    json_t *body = json_object();
    for (const struct field *f = NULL; (f = field_next("channel", f));)
        if (!f->shown && !text_equal(f->name, "personal") && !text_equal(f->name, "alert") &&
            json_object_get(shown, f->name))
            json_object_set(body, f->name, json_object_get(shown, f->name));
    return body;
}

static enum result set_present(struct call *c, const struct options *o, const char *path, const struct answer *a)
{
    json_t *shown = json_loadb(text_string(&a->body), a->body.len, 0, NULL), *body = written(shown);
    enum result result = RESULT_USAGE;
    if (fill(o, body))
        result = form_fetch(c, o, (struct request){.method = "PUT", .path = path, .fields = fields}, json_incref(body),
                            show, NULL);
    json_decref(shown);
    json_decref(body);
    return result;
}

enum result channel_set(struct call *c, const struct options *o)
{
    struct answer a;
    struct text path;
    if (!form_given(o, fields)) {
        say_no(o->lang, "que changer ? (voir entregent help channel set)",
               "what to change? (see entregent help channel set)");
        return RESULT_USAGE;
    }
    channel_path(&path, o, "");
    call_answer_init(&a);
    enum result result = call_ask(c, &(struct request){.method = "GET", .path = text_string(&path)}, &a);
    if (result == RESULT_DONE)
        result = set_present(c, o, text_string(&path), &a);
    call_answer_fini(&a);
    text_fini(&path);
    return result;
}

static void show_dropped(const struct options *o, json_t *nothing)
{
    (void)nothing;
    puts(o->lang == LANG_FR ? "Voie supprimée." : "Way deleted.");
}

enum result channel_drop(struct call *c, const struct options *o)
{
    struct text path;
    channel_path(&path, o, "");
    enum result result =
        fetch_object(c, o, &(struct request){.method = "DELETE", .path = text_string(&path)}, show_dropped, NULL);
    text_fini(&path);
    return result;
}

// Whether a try has ended: one that failed is due again, with what the other side said.
static bool tried(json_t *delivery)
{
    const char *state = json_string_value(json_object_get(delivery, "state"));
    return text_equal(state, "done") || text_equal(state, "failed") ||
           (text_equal(state, "due") && json_is_string(json_object_get(delivery, "said")));
}

// *delivery is the one of the list that has its id, as it stands now.
static enum result look(struct call *c, const char *path, json_t **delivery)
{
    struct answer a;
    size_t i;
    json_t *item, *list, *id = json_object_get(*delivery, "id");
    call_answer_init(&a);
    enum result result = call_ask(c, &(struct request){.method = "GET", .path = path}, &a);
    list = result == RESULT_DONE ? json_loadb(text_string(&a.body), a.body.len, 0, NULL) : NULL;
    json_array_foreach(json_object_get(list, "items"), i, item) if (json_equal(json_object_get(item, "id"), id))
    {
        json_decref(*delivery);
        *delivery = json_incref(item);
        break;
    }
    json_decref(list);
    call_answer_fini(&a);
    return result;
}

static void print_delivery(const struct options *o, json_t *delivery)
{
    static const struct {
        const char *key, *label[2];
    } lines[] = {
        {"id", {"Remise", "Delivery"}},
        {"state", {"État", "State"}},
        {"said", {"Réponse", "Answer"}},
        {"answer", {"Son corps", "Its body"}},
    };
    if (option_given(o, OPTION_JSON)) {
        json_dumpf(delivery, stdout, JSON_COMPACT);
        putchar('\n');
    }
    for (size_t i = 0; i < sizeof lines / sizeof *lines && !option_given(o, OPTION_JSON); i++)
        layout_field(0, lines[i].label[o->lang], json_string_value(json_object_get(delivery, lines[i].key)));
}

// Waits until the test was tried, and says what came of it.
static enum result await(struct call *c, const struct options *o, json_t *delivery)
{
    struct text path;
    enum result result = RESULT_DONE;
    int64_t until = clock_mono() + TEST_US;
    channel_path(&path, o, "/deliveries");
    json_incref(delivery);
    while (result == RESULT_DONE && !tried(delivery) && clock_mono() < until) {
        nanosleep(&(struct timespec){.tv_nsec = TEST_PAUSE_MS * 1000000L}, NULL);
        result = look(c, text_string(&path), &delivery);
    }
    if (result == RESULT_DONE) {
        print_delivery(o, delivery);
        if (!tried(delivery))
            say_line(o->lang, "Encore rien : voir entregent channel deliveries %s",
                     "Nothing yet: see entregent channel deliveries %s", o->word[2]);
        if (!text_equal(json_string_value(json_object_get(delivery, "state")), "done"))
            result = RESULT_NO;
    }
    json_decref(delivery);
    text_fini(&path);
    return result;
}

enum result channel_test(struct call *c, const struct options *o)
{
    struct answer a;
    struct text path;
    channel_path(&path, o, "/test");
    call_answer_init(&a);
    enum result result = call_ask(c, &(struct request){.method = "POST", .path = text_string(&path), .once = true}, &a);
    if (result == RESULT_DONE) {
        json_t *delivery = json_loadb(text_string(&a.body), a.body.len, 0, NULL);
        result = await(c, o, delivery);
        json_decref(delivery);
    }
    call_answer_fini(&a);
    text_fini(&path);
    return result;
}

static void deliveries_head(const struct options *o)
{
    table_head(o, deliveries);
}

static void deliveries_row(const struct options *o, json_t *delivery)
{
    table_row(o, deliveries, delivery);
}

enum result channel_deliveries(struct call *c, const struct options *o)
{
    struct text path;
    channel_path(&path, o, "/deliveries");
    call_query(&path, "state", o->value[OPTION_STATE]);
    enum result result = fetch_list(c, o, text_string(&path), deliveries_head, deliveries_row);
    text_fini(&path);
    return result;
}

static void show_replayed(const struct options *o, json_t *replayed)
{
    printf(o->lang == LANG_FR ? "À refaire : %" JSON_INTEGER_FORMAT ".\n"
                              : "To be made again: %" JSON_INTEGER_FORMAT ".\n",
           json_integer_value(json_object_get(replayed, "count")));
}

enum result channel_replay(struct call *c, const struct options *o)
{
    struct text path;
    channel_path(&path, o, "/replay");
    call_query(&path, "delivery", o->words > 3 ? o->word[3] : NULL);
    enum result result =
        fetch_object(c, o, &(struct request){.method = "POST", .path = text_string(&path)}, show_replayed, NULL);
    text_fini(&path);
    return result;
}
