// SPDX-License-Identifier: EUPL-1.2
// Knows which stream has seen which notice.
#include "app/hub.h"

#include "app/config.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "wire/sse.h"
#include "wire/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 200         // notices read at a time, with what they say
#define PAGE_TEXT "200"
#define SWEEP 5000       // of everybody's, of which
#define SWEEP_TEXT "5000"
#define FULL_TEXT "20"   // come with what they say at once: more than that is told to few of those who could listen
#define LAG 16384        // bytes that may wait in a stream before it is fed from the database again, not from here
#define HURRY_MS 1000    // until what was revoked here does
#define RECHECK_MS 30000 // until what another process revoked ends its streams
#define STIR_MS 1000     // between two events of one need
#define STIRRED_MOST 10000 // needs that wait for their next one
#define PUMP_MS 20       // until a stream whose reader has not kept up is looked at again
#define BEATS 32         // turns of heartbeats, so that they do not come all at once

struct circle { // who listens for one organisation
    char org[37];
    struct list streams;
    int64_t count;
};

struct stream {
    struct list node;      // among all streams, those beaten longest ago first
    struct list peer;      // in its circle
    struct list behind;    // among those to be asked for, when it is neither level nor asking
    struct circle *circle; // whose it is
    uint64_t id;           // of the connection
    char credential[65];   // what says that it may listen
    bool asking;           // its notices are being read
    bool level;            // has all up to hub.last: fed from what the hub reads
    bool checked;          // the id that its reader gave was compared with what there is
    bool ahead;            // that id is beyond what the hub has read: the hub reads first
    int64_t last;          // greatest notice id sent
    int64_t asked_at;      // hub.last when it asked
    int64_t beaten;        // clock_mono
};

struct hub {
    struct parts *parts;
    struct loop_timer *beat, *poll, *pump, *recheck, *stir;
    struct list streams, behind;
    struct map *by_id;   // streams
    struct map *circles; // by organisation
    int64_t last;        // greatest notice id read; -1 until known
    int64_t floor;       // greatest notice id forgotten
    bool reading, woken;
    bool more;           // the last sweep was full
    int64_t *wanted;     // ids of it that somebody listens for; what they say is still to be read,
    int wanted_count, wanted_done, wanted_asked; // but of the first ones; is being read up to wanted_asked
    struct map *stirred; // needs whose streams are told when stir_time is over: the circle's organisation
    bool stirring;       // it runs
    struct text event;   // the present one, as it is sent
    bool hurried;        // a recheck is due soon
    struct hub_counts counts;
};

struct asking { // a read under way for one stream, which may be gone when it returns
    struct hub *hub;
    uint64_t stream;
};

static void read_next(struct hub *h);
static void read_wanted(struct hub *h);
static void ask(struct hub *h, struct stream *s);
static bool keeps_up(struct hub *h, const struct stream *s);
static void on_stir(void *ctx);

static void on_beat(void *ctx)
{
    struct hub *h = ctx;
    int64_t now = clock_mono(), due = now - h->parts->config->heartbeat_ms * 1000;
    struct text beat;
    text_init(&beat, 64);
    sse_comment(&beat, "beat");
    for (int left = h->counts.streams * 2 / BEATS + 1; left > 0 && !list_empty(&h->streams); left--) {
        struct stream *s = LIST_ITEM(h->streams.next, struct stream, node);
        if (s->beaten > due)
            break;
        s->beaten = now;
        list_remove(&s->node);
        list_add(&h->streams, &s->node);
        server_stream_send(h->parts->server, s->id, beat.data, beat.len);
    }
    text_fini(&beat);
    loop_timer_set(h->beat, h->parts->config->heartbeat_ms / BEATS);
}

void hub_reload(struct hub *h)
{
    loop_timer_set(h->beat, h->parts->config->heartbeat_ms / BEATS);
}

static void fall_behind(struct hub *h, struct stream *s)
{
    s->level = false;
    list_remove(&s->behind);
    list_add(&h->behind, &s->behind);
}

static void ask_waiting(struct hub *h)
{
    for (struct list *n = h->behind.next, *next; n != &h->behind; n = next) {
        next = n->next;
        ask(h, LIST_ITEM(n, struct stream, behind));
    }
}

static void on_pump(void *ctx)
{
    ask_waiting(ctx);
}

// A ring may get lost, notices are forgotten: what there is is looked at now and then.
static void on_looked(void *ctx, const struct pg_result *r)
{
    struct hub *h = ctx;
    loop_timer_set(h->poll, h->parts->config->journal_poll_ms);
    if (r->err != ERR_OK)
        return;
    h->floor = atoll(pg_value(r, 0, 1));
    if (h->last < 0 || atoll(pg_value(r, 0, 0)) > h->last || h->woken)
        hub_wake(h);
    else
        ask_waiting(h);
}

static void on_poll(void *ctx)
{
    struct hub *h = ctx;
    if (h->parts->pg)
        pg_read(h->parts->pg, NULL, SQL_notice_bounds, NULL, on_looked, h);
    else
        loop_timer_set(h->poll, h->parts->config->journal_poll_ms);
}

// Ends the streams of what no longer speaks for its organisation; they come back if it does after all.
static void on_rechecked(void *ctx, const struct pg_result *r)
{
    struct hub *h = ctx;
    const char *gone = r->err == ERR_OK ? pg_value(r, 0, 0) : NULL;
    if (!h->hurried)
        loop_timer_set(h->recheck, RECHECK_MS);
    for (struct list *n = h->streams.next, *next; gone && n != &h->streams; n = next) {
        next = n->next;
        struct stream *s = LIST_ITEM(n, struct stream, node);
        if (strstr(gone, s->credential))
            server_stream_end(h->parts->server, s->id);
    }
}

static void on_recheck(void *ctx)
{
    struct hub *h = ctx;
    struct text asked;
    h->hurried = false;
    text_init(&asked, 16 << 20);
    for (struct list *n = h->streams.next; n != &h->streams; n = n->next) {
        const struct stream *s = LIST_ITEM(n, struct stream, node);
        text_format(&asked, "%s%s:%s", asked.len ? "," : "", s->credential, s->circle->org);
    }
    if (h->parts->ready && asked.len)
        pg_read(h->parts->pg, NULL, SQL_credentials_gone, (const char *const[]){text_string(&asked)}, on_rechecked, h);
    else
        loop_timer_set(h->recheck, RECHECK_MS);
    text_fini(&asked);
}

void hub_recheck(struct hub *h)
{
    if (!h->hurried) // once a second at most, and then for all that has changed
        loop_timer_set(h->recheck, HURRY_MS);
    h->hurried = true;
}

// Most bytes of one event, and most that may wait before the next: two of them fit into what a stream may have waiting.
static size_t room(const struct hub *h)
{
    return (size_t)h->parts->config->stream_bytes / 2;
}

struct hub *hub_new(struct parts *s)
{
    struct hub *h = memory_new(sizeof *h);
    h->parts = s;
    h->by_id = map_new();
    h->circles = map_new();
    h->stirred = map_new();
    h->last = -1;
    h->wanted = memory_new(SWEEP * sizeof *h->wanted);
    list_init(&h->streams);
    list_init(&h->behind);
    text_init(&h->event, room(h));
    h->beat = loop_timer_new(s->loop, on_beat, h);
    h->poll = loop_timer_new(s->loop, on_poll, h);
    h->pump = loop_timer_new(s->loop, on_pump, h);
    h->recheck = loop_timer_new(s->loop, on_recheck, h);
    h->stir = loop_timer_new(s->loop, on_stir, h);
    loop_timer_set(h->recheck, RECHECK_MS);
    loop_timer_set(h->beat, s->config->heartbeat_ms);
    loop_timer_set(h->poll, s->config->journal_poll_ms);
    return h;
}

// An event without an id, to whoever listens and keeps up: whoever misses it learns the same from the next one, or when it comes back.
static void tell_stirred(struct hub *h, const char *org, const char *need)
{
    struct circle *c = map_get_string(h->circles, org);
    struct text out;
    char data[80];
    if (!c)
        return;
    text_init(&out, 256);
    snprintf(data, sizeof data, "{\"kind\":\"answers\",\"need\":{\"id\":\"%.36s\"}}", need);
    sse_write(&out, NULL, "answers", data);
    for (struct list *n = c->streams.next; n != &c->streams; n = n->next) {
        struct stream *s = LIST_ITEM(n, struct stream, peer);
        if (keeps_up(h, s))
            server_stream_send(h->parts->server, s->id, out.data, out.len);
    }
    text_fini(&out);
}

static void forget_stirred(struct hub *h)
{
    const void *key;
    size_t at = 0, len;
    void *org;
    while (map_next(h->stirred, &at, &key, &len, &org))
        free(org);
    map_free(h->stirred);
    h->stirred = map_new();
}

static void on_stir(void *ctx)
{
    struct hub *h = ctx;
    const void *need;
    size_t at = 0, len;
    void *org;
    h->stirring = map_count(h->stirred) > 0;
    while (map_next(h->stirred, &at, &need, &len, &org))
        tell_stirred(h, org, need);
    forget_stirred(h);
    if (h->stirring)
        loop_timer_set(h->stir, STIR_MS);
}

void hub_stir(struct hub *h, const char *word)
{
    char org[37];
    if (strlen(word) != 73)
        return;
    snprintf(org, sizeof org, "%.36s", word);
    const char *need = word + 37;
    if (!map_get_string(h->circles, org) || map_get_string(h->stirred, need) || map_count(h->stirred) >= STIRRED_MOST)
        return;
    if (h->stirring) {
        map_set_string(h->stirred, need, memory_string(org));
        return;
    }
    tell_stirred(h, org, need);
    h->stirring = true;
    loop_timer_set(h->stir, STIR_MS);
}

static struct circle *join(struct hub *h, const char *org)
{
    struct circle *c = map_get_string(h->circles, org);
    if (!c) {
        c = memory_new(sizeof *c);
        list_init(&c->streams);
        snprintf(c->org, sizeof c->org, "%s", org);
        map_set_string(h->circles, org, c);
    }
    c->count++;
    h->counts.streams++;
    return c;
}

static void leave(struct hub *h, struct circle *c)
{
    h->counts.streams--;
    if (--c->count == 0) {
        map_remove_string(h->circles, c->org);
        free(c);
    }
}

void hub_count(struct hub *h, const char *whose, int by)
{
    if (by > 0)
        join(h, whose);
    else
        leave(h, map_get_string(h->circles, whose));
}

static void remember(struct hub *h, struct stream *s, const char *org)
{
    struct circle *c = s->circle = join(h, org);
    map_set_number(h->by_id, s->id, s);
    list_add(&c->streams, &s->peer);
    list_add(&h->streams, &s->node);
    list_init(&s->behind);
    fall_behind(h, s);
}

static void forget(struct hub *h, struct stream *s)
{
    struct circle *c = s->circle;
    list_remove(&s->node);
    list_remove(&s->peer);
    list_remove(&s->behind);
    map_remove_number(h->by_id, s->id);
    free(s);
    leave(h, c);
}

void hub_free(struct hub *h)
{
    if (!h)
        return;
    while (!list_empty(&h->streams))
        forget(h, LIST_ITEM(h->streams.next, struct stream, node));
    map_free(h->by_id);
    map_free(h->circles);
    forget_stirred(h);
    map_free(h->stirred);
    free(h->wanted);
    text_fini(&h->event);
    loop_timer_free(h->beat);
    loop_timer_free(h->poll);
    loop_timer_free(h->pump);
    loop_timer_free(h->recheck);
    loop_timer_free(h->stir);
    free(h);
}

struct hub_counts hub_counts(const struct hub *h)
{
    return h->counts;
}

void hub_on_stream_end(struct hub *h, uint64_t id)
{
    struct stream *s = map_get_number(h->by_id, id);
    if (s)
        forget(h, s);
}

// Columns of a notice.
enum { ID, ORGANISATION, KIND, JSON };

// Its bytes are the same for all who listen.
static void write_event(struct hub *h, const struct pg_result *r, int row)
{
    const char *id = pg_value(r, row, ID), *kind = pg_value(r, row, KIND);
    text_clear(&h->event);
    sse_write(&h->event, id, kind, pg_value(r, row, JSON));
    if (!h->event.full)
        return;
    char data[128]; // larger than any reader could take: it says where to look
    text_clear(&h->event);
    snprintf(data, sizeof data, "{\"id\":\"%.20s\",\"kind\":\"%.20s\",\"cut\":true}", id, kind);
    sse_write(&h->event, id, kind, data);
}

static void send(struct hub *h, struct stream *s, int64_t id)
{
    server_stream_send(h->parts->server, s->id, h->event.data, h->event.len);
    s->last = id;
    h->counts.sent++;
}

// Whether the reader keeps up; one that does not is fed again once it has taken what waits (io/conn drops one that takes
// nothing).
static bool keeps_up(struct hub *h, const struct stream *s)
{
    size_t most = room(h) - room(h) / 4;
    return server_stream_waiting(h->parts->server, s->id) <= (most < LAG ? most : LAG);
}

// Who listens for that notice; NULL: nobody does.
static struct circle *circle_of(const struct hub *h, const struct pg_result *r, int row)
{
    const char *org = pg_value(r, row, ORGANISATION);
    return org ? map_get_string(h->circles, org) : NULL; // that of an alert may be nobody's but a person's
}

// What the hub read goes to the streams that have all before it.
static void feed(struct hub *h, const struct pg_result *r, int row, struct circle *c)
{
    int64_t id = atoll(pg_value(r, row, ID));
    bool written = false;
    for (struct list *n = c->streams.next; n != &c->streams; n = n->next) {
        struct stream *s = LIST_ITEM(n, struct stream, peer);
        if (!s->level || s->last >= id)
            continue;
        if (!keeps_up(h, s)) {
            fall_behind(h, s);
            loop_timer_set(h->pump, PUMP_MS);
            continue;
        }
        if (!written)
            write_event(h, r, row);
        written = true;
        send(h, s, id);
    }
}

// Read from h->last on again: what a stream has seen of it, it does not get again.
static void read_failed(struct hub *h, const struct pg_result *r)
{
    log_warn("hub", "%s %s", err_word(r->err), r->message);
    h->reading = false;
    h->woken = true; // the next wake or look asks again
}

static void read_on(struct hub *h)
{
    h->reading = false;
    if (h->wanted_done < h->wanted_count)
        read_wanted(h);
    else if (h->more || h->woken)
        read_next(h);
    else
        ask_waiting(h);
}

static void on_wanted(void *ctx, const struct pg_result *r)
{
    struct hub *h = ctx;
    if (r->err != ERR_OK) {
        h->last = h->wanted[h->wanted_done] - 1;
        read_failed(h, r);
        return;
    }
    for (int i = 0; i < r->rows; i++) {
        struct circle *c = circle_of(h, r, i);
        if (c)
            feed(h, r, i, c);
    }
    h->wanted_done = h->wanted_asked;
    read_on(h);
}

static void read_wanted(struct hub *h)
{
    struct text ids;
    text_init(&ids, PAGE * 24);
    h->reading = true;
    for (h->wanted_asked = h->wanted_done; h->wanted_asked < h->wanted_count && h->wanted_asked < h->wanted_done + PAGE;)
        text_format(&ids, "%c%lld", ids.len ? ',' : '{', (long long)h->wanted[h->wanted_asked++]);
    text_byte(&ids, '}');
    pg_read(h->parts->pg, NULL, SQL_notices_some, (const char *const[]){text_string(&ids)}, on_wanted, h);
    text_fini(&ids);
}

// The whole sweep counts as read at once: a stream that is not level now, and so not thought of below, asks for itself.
static void on_notices(void *ctx, const struct pg_result *r)
{
    struct hub *h = ctx;
    if (r->err != ERR_OK) {
        read_failed(h, r);
        return;
    }
    h->wanted_count = h->wanted_done = 0;
    for (int i = 0; i < r->rows; i++) {
        struct circle *c = circle_of(h, r, i);
        if (c && pg_value(r, i, JSON))
            feed(h, r, i, c);
        else if (c)
            h->wanted[h->wanted_count++] = atoll(pg_value(r, i, ID));
    }
    if (r->rows)
        h->last = atoll(pg_value(r, r->rows - 1, ID));
    h->more = r->rows == SWEEP;
    read_on(h);
}

static void on_bounds(void *ctx, const struct pg_result *r)
{
    struct hub *h = ctx;
    if (r->err != ERR_OK) {
        read_failed(h, r);
        return;
    }
    h->last = atoll(pg_value(r, 0, 0));
    h->floor = atoll(pg_value(r, 0, 1));
    h->more = false;
    h->wanted_count = h->wanted_done = 0;
    read_on(h);
}

static void read_next(struct hub *h)
{
    h->reading = true;
    h->woken = false;
    char last[24];
    snprintf(last, sizeof last, "%lld", (long long)h->last);
    if (h->last < 0 || h->counts.streams == 0) // where the notices end is all there is to know
        pg_read(h->parts->pg, NULL, SQL_notice_bounds, NULL, on_bounds, h);
    else
        pg_read(h->parts->pg, NULL, SQL_notices_after, (const char *const[]){last, SWEEP_TEXT, FULL_TEXT}, on_notices, h);
}

void hub_wake(struct hub *h)
{
    if (h->reading)
        h->woken = true;
    else
        read_next(h);
}

// A stream's own notices have come; it is level once they end, unless the hub has read on meanwhile.
static void on_own(void *ctx, const struct pg_result *r)
{
    struct asking *asking = ctx;
    struct hub *h = asking->hub;
    struct stream *s = map_get_number(h->by_id, asking->stream);
    free(asking);
    if (!s)
        return;
    s->asking = false;
    if (r->err != ERR_OK) {
        server_stream_end(h->parts->server, s->id); // it will come back with its Last-Event-ID
        return;
    }
    int row = 0;
    for (; row < r->rows && keeps_up(h, s); row++) {
        write_event(h, r, row);
        send(h, s, atoll(pg_value(r, row, ID)));
    }
    s->level = row == r->rows && r->rows < PAGE && s->asked_at == h->last;
    if (s->level)
        return;
    fall_behind(h, s);
    ask(h, s);
}

static void send_reset(struct hub *h, struct stream *s)
{
    struct text out;
    text_init(&out, 1024);
    char data[128], id[24];
    snprintf(id, sizeof id, "%lld", (long long)h->last);
    snprintf(data, sizeof data, "{\"kind\":\"reset\",\"oldest\":\"%lld\"}", (long long)h->floor + 1);
    sse_write(&out, id, "reset", data);
    server_stream_send(h->parts->server, s->id, out.data, out.len);
    text_fini(&out);
    s->last = h->last;
    h->counts.resets++;
}

// Compares the id that the reader gave with what there is; false when the hub has to read first.
static bool check(struct hub *h, struct stream *s)
{
    if (s->last == INT64_MAX) {
        s->last = h->last;
    } else if (s->last > h->last && !s->ahead) { // another process may have told it
        s->ahead = true;
        hub_wake(h);
        return false;
    } else if (s->last < h->floor || s->last > h->last) {
        send_reset(h, s);
    }
    s->checked = true;
    return true;
}

static void ask(struct hub *h, struct stream *s)
{
    if (h->last < 0) // the bounds come first; on_bounds asks for it
        return;
    if (!s->checked && !check(h, s))
        return;
    if (!keeps_up(h, s)) {
        loop_timer_set(h->pump, PUMP_MS);
        return;
    }
    if (!h->reading && s->last == h->last) { // nothing lies between: thousands may come back at once
        list_remove(&s->behind);
        s->level = true;
        return;
    }
    struct asking *asking = memory_new(sizeof *asking);
    *asking = (struct asking){h, s->id};
    list_remove(&s->behind);
    s->asking = true;
    s->asked_at = h->last;
    char last[24];
    snprintf(last, sizeof last, "%lld", (long long)s->last);
    pg_read(h->parts->pg, NULL, SQL_notices_of, (const char *const[]){s->circle->org, last, PAGE_TEXT}, on_own, asking);
}

static int64_t streams_of(const struct hub *h, const char *org)
{
    const struct circle *c = map_get_string(h->circles, org);
    return c ? c->count : 0;
}

bool hub_admits(struct call *c, const char *whose)
{
    const struct hub *h = c->parts->hub;
    const struct config *config = c->parts->config;
    enum err err = h->counts.streams >= config->streams ? ERR_UNAVAILABLE
                   : config->organisation_streams && streams_of(h, whose) >= config->organisation_streams ? ERR_TOO_MANY : ERR_OK;
    if (err != ERR_OK)
        call_refuse(c, err, NULL, NULL);
    return err == ERR_OK;
}

void hub_open(struct call *c)
{
    struct hub *h = c->parts->hub;
    const struct config *config = c->parts->config;
    const char *since = call_header_value(c, "Last-Event-ID");
    since = since ? since : call_query(c, "since");
    int64_t last = INT64_MAX;
    if (since && (!text_int(since, &last) || last < 0))
        last = INT64_MAX - 1; // no id of ours: outside the window, so `reset`
    if (!hub_admits(c, c->caller.id))
        return;
    struct stream *s = memory_new(sizeof *s);
    s->id = c->request->id;
    s->last = last;
    s->beaten = clock_mono();
    char org[37];
    memcpy(org, c->caller.id, sizeof org);
    memcpy(s->credential, c->caller.credential, sizeof s->credential);
    // From here on the request is gone, and c with it.
    if (!server_stream(h->parts->server, s->id, "text/event-stream", "X-Accel-Buffering: no\r\n")) {
        free(s);
        return;
    }
    remember(h, s, org);
    struct text hello;
    text_init(&hello, 256);
    sse_retry(&hello, (int)config->retry_ms + (int)seal_below((uint32_t)config->retry_ms / 2 + 1));
    sse_comment(&hello, "entregent");
    server_stream_send(h->parts->server, s->id, hello.data, hello.len);
    text_fini(&hello);
    if (h->last < 0)
        hub_wake(h);
    else
        ask(h, s);
}

void hub_list(struct call *c)
{
    const char *cursor, *limit;
    if (call_page(c, true, &cursor, &limit))
        call_read(c, SQL_notices_list, (const char *const[]){c->caller.id, cursor, limit}, call_list);
}

void hub_drain(struct hub *h)
{
    for (struct list *n = h->streams.next, *next; n != &h->streams; n = next) {
        next = n->next;
        struct stream *s = LIST_ITEM(n, struct stream, node);
        struct text out;
        text_init(&out, 256);
        sse_retry(&out, (int)h->parts->config->retry_ms + (int)seal_below((uint32_t)h->parts->config->retry_ms * 2 + 1));
        server_stream_send(h->parts->server, s->id, out.data, out.len);
        text_fini(&out);
        server_stream_end(h->parts->server, s->id);
    }
}
