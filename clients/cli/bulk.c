// SPDX-License-Identifier: EUPL-1.2
// Knows how a file of offers reaches the server, whatever happens to the connection.
#include "bulk.h"

#include "receipt.h"
#include "rows.h"
#include "say.h"
#include "window.h"

#include "base/arena.h"
#include "wire/strict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_MOST (8u << 20) // bytes not yet certain, beyond which the file is not read on
#define BATCH 2000             // lines that the server may wait for before it makes any certain

struct bulk {
    struct call *call;
    const struct options *o;
    struct input *in;
    struct tally *tally;
    struct progress *progress;
    bool table;
    struct rows rows;
    struct window window;
    struct receipt receipt;
    uint64_t refused_rows;
    bool read_all;      // the file is at its end
    bool ended;         // so is the body of this request
    enum result failed; // why it cannot go on, said; DONE when it can
};

enum made { MADE, MADE_ALL, MADE_FULL, MADE_DRY, MADE_FAILED };

static void show(struct bulk *b)
{
    struct tally *t = b->tally;
    if (b->table)
        t->rows = b->window.rows + b->refused_rows;
    progress_show(b->progress, b->window.taken, b->table ? t->rows : t->read, t->refused);
}

static void refuse(struct bulk *b, enum err err, const char *arg)
{
    tally_refuse(b->tally, b->in->number, err, arg);
}

static void add_line(struct bulk *b, const struct text *line, struct window_line entry)
{
    entry.taken = b->in->taken;
    window_add(&b->window, entry, text_string(line), line->len);
}

// Rows

static enum made take_rows(struct bulk *b, enum rows_step step)
{
    struct rows *r = &b->rows;
    if (step == ROWS_OFFER)
        add_line(b, &r->done,
                 (struct window_line){.number = r->done_line, .last = r->done_last, .rows = r->done_count});
    else if (step == ROWS_REFUSED) {
        b->refused_rows += r->done_count;
        if (!tally_add(b->tally, r->done_line, text_string(&r->done), r->done.len))
            return MADE_FAILED;
    } else if (step == ROWS_BAD) {
        b->failed = RESULT_USAGE;
        return MADE_FAILED;
    }
    return MADE;
}

static enum made end_rows(struct bulk *b)
{
    enum rows_step step;
    enum made made = MADE;
    while (made == MADE && (step = rows_end(&b->rows)) != ROWS_MORE)
        made = take_rows(b, step);
    b->read_all = true;
    return made;
}

// What the server says of a capability is said of its row, where the rows of the offer are a line each.
static void place(const struct window_line *line, json_t *reason)
{
    const char *pointer = json_string_value(json_object_get(reason, "pointer"));
    uint64_t row;
    const char *column = pointer ? rows_column(pointer, &row) : NULL;
    bool dense = line->last - line->number + 1 == line->rows;
    if (!column || row >= line->rows || (row && !dense))
        return;
    json_object_set_new(reason, "pointer", json_sprintf("/%s", column));
    if (row)
        json_object_set_new(reason, "line", json_integer((json_int_t)(line->number + row)));
}

static void on_result(void *ctx, uint64_t number, json_t *result)
{
    struct bulk *b = ctx;
    const struct window_line *line = window_find(&b->window, number);
    size_t i;
    json_t *reason;
    if (!line)
        return;
    json_array_foreach(json_object_get(result, "errors"), i, reason) place(line, reason);
    json_array_foreach(json_object_get(result, "warnings"), i, reason) place(line, reason);
}

// Objects

// The line as it is, with its number in front.
static void number_line(struct text *out, const struct text *line, uint64_t number, const json_t *object)
{
    const char *brace = strchr(text_string(line), '{');
    text_format(out, "{\"line\":%llu%s", (unsigned long long)number, json_object_size(object) ? "," : "");
    text_put(out, brace + 1);
    text_byte(out, '\n');
}

// One that says a number of its own.
static void renumber_line(struct text *out, uint64_t number, json_t *object)
{
    json_object_set_new(object, "line", json_integer((json_int_t)number));
    char *line = json_dumps(object, JSON_COMPACT);
    text_put(out, line ? line : "{}");
    text_byte(out, '\n');
    free(line);
}

static void take_object(struct bulk *b)
{
    const struct text *line = &b->in->line;
    struct arena *arena = arena_new();
    struct text out;
    const char *why;
    json_t *object = strict_load(text_string(line), line->len, arena, &why);
    text_init(&out, ROWS_LINE_MOST + 1);
    if (!object)
        refuse(b, ERR_LINE_NOT_JSON, why);
    else if (json_object_get(object, "line"))
        renumber_line(&out, b->in->number, object);
    else
        number_line(&out, line, b->in->number, object);
    if (out.full)
        refuse(b, ERR_TOO_LONG, b->o->lang == LANG_FR ? "256 Kio" : "256 KiB");
    else if (out.len)
        add_line(b, &out, (struct window_line){.number = b->in->number, .last = b->in->number, .rows = 1});
    text_fini(&out);
    json_decref(object);
    arena_free(arena);
}

// The file

static enum made stop_reading(struct bulk *b, enum input_step step)
{
    b->failed = RESULT_STOPPED;
    if (step == INPUT_FAILED) {
        say_no(b->o->lang, "%s : lecture impossible (%s)", "%s: cannot be read (%s)", b->tally->name, strerror(errno));
        b->failed = RESULT_USAGE;
    }
    return MADE_FAILED;
}

static enum made make_of_rows(struct bulk *b)
{
    const char *bytes;
    size_t len, used;
    enum input_step step = input_chunk(b->in, &bytes, &len);
    if (step == INPUT_END)
        return end_rows(b);
    if (step != INPUT_LINE)
        return stop_reading(b, step);
    enum rows_step read = rows_next(&b->rows, bytes, len, &used);
    input_use(b->in, used);
    return take_rows(b, read);
}

static enum made make_of_lines(struct bulk *b)
{
    enum input_step step = input_next(b->in);
    if (step == INPUT_END)
        b->read_all = true;
    else if (step == INPUT_TOO_LONG)
        refuse(b, ERR_TOO_LONG, b->o->lang == LANG_FR ? "256 Kio" : "256 KiB");
    else if (step != INPUT_LINE)
        return stop_reading(b, step);
    else if (!input_blank(b->in))
        take_object(b);
    return MADE;
}

static enum made make(struct bulk *b)
{
    if (b->read_all)
        return MADE_ALL;
    if (window_size(&b->window) >= WINDOW_MOST)
        return MADE_FULL;
    if (!input_ready(b->in))
        return MADE_DRY;
    return b->table ? make_of_rows(b) : make_of_lines(b);
}

// The call

static size_t on_more(void *ctx, char *bytes, size_t room)
{
    struct bulk *b = ctx;
    enum made made = MADE;
    while (made == MADE && !b->ended && window_unsent(&b->window) < room)
        made = make(b);
    show(b);
    if (made == MADE_FAILED)
        return CALL_ENOUGH;
    if (window_unsent(&b->window))
        return window_give(&b->window, bytes, room);
    if (made == MADE_DRY)
        return CALL_SOURCE;
    // A server that waits for a whole batch would wait for ever where so few lines fill the window: it gets the end.
    if (made == MADE_FULL && window_count(&b->window) > BATCH)
        return CALL_LATER;
    b->ended = true;
    return 0;
}

static bool on_bytes(void *ctx, const char *bytes, size_t length)
{
    struct bulk *b = ctx;
    receipt_read(&b->receipt, bytes, length);
    window_settle(&b->window, b->receipt.upto);
    show(b);
    return !receipt_over(&b->receipt) || (b->receipt.done && b->ended);
}

static enum call_end try_once(struct bulk *b, struct answer *a)
{
    struct request r = {.method = "POST", .path = "/v1/imports/offers", .type = "application/x-ndjson"};
    r.more = on_more;
    r.on_bytes = on_bytes;
    r.ctx = b;
    r.source = b->in->file;
    receipt_begin(&b->receipt);
    window_rewind(&b->window);
    b->ended = false;
    return call_once(b->call, &r, a);
}

// Whether the request came to its end as it should.
static bool complete(const struct bulk *b, const struct answer *a, enum call_end end)
{
    return end == CALL_ANSWERED && a->status == 200 && b->receipt.done && b->ended && !b->receipt.garbled &&
           window_count(&b->window) == 0;
}

// A problem that came as the last line of an answer, as if it were the answer.
static void take_problem(const struct bulk *b, struct answer *a)
{
    json_t *problem = json_loads(text_string(&b->receipt.problem), 0, NULL);
    json_int_t status = json_integer_value(json_object_get(problem, "status"));
    text_clear(&a->body);
    text_add(&a->body, text_string(&b->receipt.problem), b->receipt.problem.len);
    a->status = status >= 400 && status <= 599 ? (long)status : 500;
    json_decref(problem);
}

static enum result garbled(const struct bulk *b)
{
    say_no(b->o->lang, "la réponse du serveur ne dit pas ce qu'il est advenu de ce qui suit la ligne %llu",
           "the server's answer does not say what became of what follows line %llu",
           (unsigned long long)b->receipt.upto);
    return RESULT_SERVER;
}

// What to do after a request that did not come to its end. DONE: it was waited for long enough, again.
static enum result after(struct bulk *b, struct answer *a, enum call_end end, struct patience *p)
{
    if (b->failed != RESULT_DONE || call_stopped(b->call))
        return b->failed != RESULT_DONE ? b->failed : RESULT_STOPPED;
    if (b->receipt.problem.len)
        take_problem(b, a);
    bool answered = end == CALL_ANSWERED, refused = answered && a->status != 200;
    if (refused && !call_later(a->status))
        return call_problem(b->o, a);
    if (end == CALL_FAILED || end == CALL_STOPPED)
        return call_lost(b->call, end);
    if (b->receipt.garbled || (answered && !refused && b->receipt.done))
        return garbled(b);
    p->quiet = answered && !refused;
    if (call_pause(b->call, p, refused ? (a->later ? a->later * 1000 : 1000) : 0)) {
        if (b->receipt.upto)
            say_line(b->o->lang, "Reprise après la ligne %llu.", "Going on after line %llu.",
                     (unsigned long long)b->receipt.upto);
        return RESULT_DONE;
    }
    if (call_stopped(b->call))
        return RESULT_STOPPED;
    return refused ? call_problem(b->o, a) : answered ? garbled(b) : call_lost(b->call, end);
}

static enum result send_all(struct bulk *b)
{
    struct answer a;
    struct patience p = {0};
    enum result result = RESULT_DONE;
    bool over = false;
    call_answer_init(&a);
    while (result == RESULT_DONE && !over) {
        uint64_t before = b->receipt.upto;
        enum call_end end = try_once(b, &a);
        if (b->receipt.upto > before)
            p = (struct patience){0};
        if (complete(b, &a, end))
            over = b->read_all;
        else
            result = after(b, &a, end, &p);
    }
    call_answer_fini(&a);
    return result;
}

// What is wrong with the columns is said before there is a connection.
static void take_header(struct bulk *b)
{
    size_t used;
    text_byte(&b->in->line, '\n');
    enum made made = take_rows(b, rows_next(&b->rows, text_string(&b->in->line), b->in->line.len, &used));
    while (made == MADE && !b->read_all && !b->rows.reader.columns)
        made = make_of_rows(b);
}

enum result bulk_import(struct call *c, const struct options *o, struct input *in, bool table, struct tally *tally,
                        struct progress *progress, uint64_t *upto)
{
    struct bulk *b = memory_new(sizeof *b);
    b->call = c;
    b->o = o;
    b->in = in;
    b->tally = tally;
    b->progress = progress;
    b->table = table;
    rows_init(&b->rows, o, tally->name, in->number ? in->number - 1 : 0);
    window_init(&b->window);
    receipt_init(&b->receipt, tally, table ? on_result : NULL, b);
    if (table)
        take_header(b);
    enum result result = b->failed == RESULT_DONE ? send_all(b) : b->failed;
    show(b);
    *upto = b->receipt.upto;
    rows_fini(&b->rows);
    window_fini(&b->window);
    receipt_fini(&b->receipt);
    free(b);
    return result;
}
