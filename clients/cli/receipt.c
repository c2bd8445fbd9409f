// SPDX-License-Identifier: EUPL-1.2
// Knows what the answer to a bulk import means.
#include "receipt.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MOST (4u << 20)
#define RESULTS_MOST (256u << 20)

void receipt_init(struct receipt *r, struct tally *tally, receipt_place *place, void *ctx)
{
    *r = (struct receipt){.tally = tally, .place = place, .ctx = ctx};
    text_init(&r->problem, LINE_MOST);
    text_init(&r->line, LINE_MOST);
    text_init(&r->results, RESULTS_MOST);
}

void receipt_fini(struct receipt *r)
{
    text_fini(&r->problem);
    text_fini(&r->line);
    text_fini(&r->results);
}

void receipt_begin(struct receipt *r)
{
    text_clear(&r->problem);
    text_clear(&r->line);
    text_clear(&r->results);
    r->done = r->garbled = false;
    r->taken = r->fresh = 0;
}

bool receipt_over(const struct receipt *r)
{
    return r->done || r->garbled || r->problem.len;
}

// Counts a result; false when it is none.
static bool take_result(struct receipt *r, uint64_t number, json_t *result)
{
    if (r->place)
        r->place(r->ctx, number, result);
    char *line = json_dumps(result, JSON_COMPACT);
    bool known = line && tally_add(r->tally, number, line, strlen(line));
    free(line);
    return known;
}

// Counts the results of lines that are certain now; the others stay.
static void take_results(struct receipt *r)
{
    struct text left;
    const char *at = text_string(&r->results), *end = at + r->results.len, *stop;
    text_init(&left, RESULTS_MOST);
    for (; at < end; at = stop + 1) {
        stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)(stop - at);
        json_t *result = json_loadb(at, len, 0, NULL);
        json_int_t number = json_integer_value(json_object_get(result, "line"));
        if (number > 0 && (uint64_t)number > r->upto)
            text_add(&left, at, len + 1);
        else if (number <= 0 || !take_result(r, (uint64_t)number, result))
            r->garbled = true;
        json_decref(result);
    }
    text_fini(&r->results);
    r->results = left;
}

static uint64_t total(json_t *object, const char *name, uint64_t before)
{
    json_int_t n = json_integer_value(json_object_get(object, name));
    return n > 0 && (uint64_t)n > before ? (uint64_t)n : before;
}

// The totals hold what was repaired, too: it was counted by its results.
static void take_totals(struct receipt *r, json_t *object)
{
    uint64_t before = r->tally->fresh, taken = total(object, "taken", r->taken), fresh = total(object, "new", r->fresh);
    r->upto = total(object, "upto", r->upto);
    take_results(r);
    r->tally->fresh = before;
    tally_taken(r->tally, taken - r->taken, fresh - r->fresh);
    r->taken = taken;
    r->fresh = fresh;
}

static void take_line(struct receipt *r)
{
    json_t *object = json_loadb(text_string(&r->line), r->line.len, 0, NULL);
    json_t *error = json_object_get(object, "error");
    if (!json_is_object(object) || r->line.full)
        r->garbled = true;
    else if (error) {
        char *problem = json_dumps(error, JSON_COMPACT | JSON_ENCODE_ANY);
        text_put(&r->problem, problem ? problem : "{}");
        free(problem);
    } else if (json_object_get(object, "status")) {
        text_byte(&r->line, '\n');
        text_add(&r->results, text_string(&r->line), r->line.len);
        r->garbled = r->garbled || r->results.full;
    } else if (json_object_get(object, "upto"))
        take_totals(r, object);
    r->done = r->done || json_is_true(json_object_get(object, "done"));
    json_decref(object);
}

void receipt_read(struct receipt *r, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    while (bytes < end && !r->garbled) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        text_add(&r->line, bytes, (size_t)((stop ? stop : end) - bytes));
        if (!stop)
            return;
        if (r->line.len)
            take_line(r);
        text_clear(&r->line);
        bytes = stop + 1;
    }
}
