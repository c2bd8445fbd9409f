// SPDX-License-Identifier: EUPL-1.2
// Knows how the stream of notices is followed.
#include "listen.h"

#include "say.h"
#include "show.h"

#include "base/arena.h"
#include "base/clock.h"
#include "wire/sse.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENT_MOST (4u << 20)
#define RETRY_MS 2000 // until the server says otherwise

struct listen {
    const struct options *o;
    struct sse_reader reader;
    struct text last;    // id of the last notice
    int64_t count, most; // notices printed; most: 0 = no end
    bool heard;          // bytes came in this connection
    bool failed;         // stdout takes no more
};

// Without newlines, which JSON only has between tokens.
static void print_line(const char *data)
{
    for (; *data; data++)
        putchar(*data == '\n' || *data == '\r' ? ' ' : *data);
    putchar('\n');
}

static void print_notice(const struct options *o, const char *data)
{
    json_t *notice = json_loads(data, 0, NULL);
    if (option_given(o, OPTION_JSON))
        print_line(data);
    else if (json_is_object(notice))
        show_notice(o, notice);
    else
        say_no(o->lang, "un avis illisible est arrivé", "a notice came that cannot be read");
    json_decref(notice);
}

static void on_reset(const struct options *o)
{
    say_line(o->lang, "Des avis ont pu vous échapper : voyez « entregent notices ».",
             "Some notices may have been missed: see \"entregent notices\".");
    if (option_given(o, OPTION_JSON))
        puts("{\"kind\":\"reset\"}");
}

static bool finished(const struct listen *l)
{
    return l->failed || (l->most && l->count >= l->most);
}

static void on_event(void *ctx, const char *id, const char *event, const char *data)
{
    struct listen *l = ctx;
    if (finished(l))
        return;
    if (*id) {
        text_clear(&l->last);
        text_put(&l->last, id);
    }
    if (text_equal(event, "reset"))
        on_reset(l->o);
    else if (!text_equal(event, "answers")) { // no notice: numbers of a need have changed
        print_notice(l->o, data);
        l->count++;
    }
    l->failed = fflush(stdout) != 0;
}

static void on_open(void *ctx)
{
    const struct listen *l = ctx;
    say_line(l->o->lang, "À l'écoute de %s.", "Listening to %s.", l->o->value[OPTION_SERVER]);
}

static bool on_bytes(void *ctx, const char *bytes, size_t length)
{
    struct listen *l = ctx;
    l->heard = true;
    sse_read(&l->reader, bytes, length, on_event, l);
    return !finished(l);
}

static enum call_end connect_once(struct listen *l, struct call *c, struct answer *a, int64_t until)
{
    struct request r = {.method = "GET", .path = "/v1/events", .on_open = on_open, .on_bytes = on_bytes, .ctx = l};
    struct sse_reader fresh; // half an event of a broken connection is forgotten
    r.since = l->last.len ? text_string(&l->last) : NULL;
    r.timeout_ms = until ? (long)((until - clock_mono()) / 1000 + 1) : 0;
    sse_reader_init(&fresh, EVENT_MOST);
    fresh.retry = l->reader.retry;
    sse_reader_fini(&l->reader);
    l->reader = fresh;
    l->heard = false;
    return call_once(c, &r, a);
}

// Whether to connect again, after the wait that this takes.
static bool again(struct listen *l, struct call *c, struct answer *a, enum call_end end, struct patience *p)
{
    bool ended = end == CALL_ANSWERED && a->status == 200;
    if (end == CALL_FAILED || (end == CALL_ANSWERED && !ended && !call_later(a->status)))
        return false;
    if (l->heard)
        *p = (struct patience){0};
    p->first_ms = l->reader.retry >= 0 ? (long)l->reader.retry : RETRY_MS;
    p->quiet = ended; // the server closes streams when it stops or moves them
    return call_pause(c, p, a->later * 1000);
}

static enum result why_ended(const struct listen *l, struct call *c, const struct answer *a, enum call_end end)
{
    if (l->failed && errno != EPIPE)
        say_no(l->o->lang, "écriture impossible (%s)", "cannot write (%s)", strerror(errno));
    if (l->failed)
        return RESULT_USAGE;
    if (finished(l))
        return RESULT_DONE;
    if (end == CALL_ANSWERED && a->status != 200)
        return call_problem(l->o, a);
    say_no(l->o->lang, "le serveur %s n'est pas joignable : %s", "the server %s cannot be reached: %s",
           l->o->value[OPTION_SERVER], call_why(c));
    return RESULT_UNREACHABLE;
}

enum result listen_events(struct call *c, const struct options *o)
{
    struct listen l = {.o = o, .most = option_number(o, OPTION_COUNT, 0)};
    struct patience p = {0};
    struct answer a;
    enum call_end end;
    int64_t seconds = option_number(o, OPTION_SECONDS, 0);
    int64_t until = seconds ? clock_mono() + seconds * 1000000 : 0;
    bool over = false;
    call_answer_init(&a);
    sse_reader_init(&l.reader, EVENT_MOST);
    text_init(&l.last, 8192);
    text_put(&l.last, option_given(o, OPTION_SINCE) ? o->value[OPTION_SINCE] : "");
    do {
        end = connect_once(&l, c, &a, until);
        over = until && clock_mono() >= until;
        if (over || finished(&l) || !again(&l, c, &a, end, &p))
            break;
        over = until && clock_mono() >= until; // the time may have run out while it waited
    } while (!over);
    enum result result = over && !l.failed ? RESULT_DONE : why_ended(&l, c, &a, end);
    sse_reader_fini(&l.reader);
    text_fini(&l.last);
    call_answer_fini(&a);
    return result;
}
