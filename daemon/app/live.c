// SPDX-License-Identifier: EUPL-1.2
// Knows who follows a convention, and what each has seen of it.
#include "app/live.h"

#include "app/config.h"
#include "app/dispatch.h"
#include "app/hub.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "wire/seal.h"
#include "wire/sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 200         // happenings of a convention read at a time
#define PAGE_TEXT "200"
#define LAG 16384        // bytes that may wait in a stream before it is fed again only once they are taken
#define PUMP_MS 20       // until a stream whose reader has not kept up is looked at again
#define HURRY_MS 1000    // until what was revoked here does
#define RECHECK_MS 30000 // until what another process revoked ends its streams
#define AFTER_MS 50      // the board reads again: by then the database says, too, that the slot has begun
#define SOON_MS 5000     // a slot that begins so soon
#define FRESH (-1)       // of a stream: it starts with what comes
#define FAR (INT64_MAX - 1)

struct room { // a convention that somebody follows
    struct list node;
    struct list streams;
    char id[37];
    int count, halls;    // streams, and those of boards
    int64_t happened;    // number of the last happening, as far as it is known
    int64_t slot_at;     // clock_mono when the next slot begins; 0: not known, or none
    char slot[160];      // what boards are told then
};

struct stream {
    struct list node; // among all, those beaten longest ago first
    struct list peer; // in its room
    struct room *room;
    uint64_t id;      // of the connection
    bool hall;        // a board's
    char whose[37];   // organisation that it counts for; of a board the convention
    char ground[65];  // what says that it may listen: hash of a token or cookie, key of the board's address
    bool checked;     // the number that its reader gave was compared with what there is
    int64_t last;     // greatest number sent or passed over
    int64_t beaten;   // clock_mono
};

struct live {
    struct parts *parts;
    struct loop_timer *beat, *poll, *pump, *recheck, *slots;
    struct list rooms, streams;
    struct map *by_id, *by_convention;
    bool reading, woken;
    bool asking, asked;  // for the next slots; once more after it
    bool hurried;        // a recheck is due soon
    struct text event, brief;
    int count;
    void (*on_told)(void *ctx);
    void *ctx;
};

// Columns of a happening.
enum { CONVENTION, SEQ, KIND, BODY, HAPPENED, KEPT, BRIEF };

static void read_on(struct live *l);
static void ask_slots(struct live *l);

// Most bytes of one event, as in app/hub.
static size_t room_for(const struct live *l)
{
    return (size_t)l->parts->config->stream_bytes / 2;
}

static bool keeps_up(struct live *l, const struct stream *s)
{
    size_t most = room_for(l) - room_for(l) / 4;
    return server_stream_waiting(l->parts->server, s->id) <= (most < LAG ? most : LAG);
}

static void on_beat(void *ctx)
{
    struct live *l = ctx;
    int64_t beat_ms = l->parts->config->heartbeat_ms, now = clock_mono();
    struct text beat;
    text_init(&beat, 64);
    sse_comment(&beat, "beat");
    while (!list_empty(&l->streams)) {
        struct stream *s = LIST_ITEM(l->streams.next, struct stream, node);
        if (s->beaten > now - beat_ms * 1000)
            break;
        s->beaten = now;
        list_remove(&s->node);
        list_add(&l->streams, &s->node);
        server_stream_send(l->parts->server, s->id, beat.data, beat.len);
    }
    text_fini(&beat);
    loop_timer_set(l->beat, beat_ms / 8 + 1);
}

// A ring may get lost: what there is is looked at now and then.
static void on_poll(void *ctx)
{
    struct live *l = ctx;
    live_wake(l);
    loop_timer_set(l->poll, l->parts->config->journal_poll_ms);
}

static void on_pump(void *ctx)
{
    live_wake(ctx);
}

// Streams whose ground is in the list of those that are gone; they come back if it is there after all.
static void end_groundless(struct live *l, const char *gone)
{
    for (struct list *n = l->streams.next, *next; gone && n != &l->streams; n = next) {
        next = n->next;
        struct stream *s = LIST_ITEM(n, struct stream, node);
        if (strstr(gone, s->ground))
            server_stream_end(l->parts->server, s->id);
    }
}

static void on_gone(void *ctx, const struct pg_result *r)
{
    struct live *l = ctx;
    if (r->err == ERR_OK)
        end_groundless(l, pg_value(r, 0, 0));
}

// All of one kind: "hash:organisation" of organisers, keys of boards.
static void ask_gone(struct live *l, bool hall)
{
    struct text asked;
    text_init(&asked, 16 << 20);
    for (struct list *n = l->streams.next; n != &l->streams; n = n->next) {
        const struct stream *s = LIST_ITEM(n, struct stream, node);
        if (s->hall == hall)
            text_format(&asked, hall ? "%s%s" : "%s%s:%s", asked.len ? "," : "", s->ground, s->whose);
    }
    if (asked.len)
        pg_read(l->parts->pg, NULL, hall ? SQL_halls_gone : SQL_credentials_gone, (const char *const[]){text_string(&asked)}, on_gone, l);
    text_fini(&asked);
}

static void on_recheck(void *ctx)
{
    struct live *l = ctx;
    l->hurried = false;
    loop_timer_set(l->recheck, RECHECK_MS);
    if (!l->parts->ready || !l->parts->pg)
        return;
    ask_gone(l, false);
    ask_gone(l, true);
    ask_slots(l); // clocks are set right now and then
}

void live_recheck(struct live *l)
{
    if (!l->hurried) // once a second at most, and then for all that has changed
        loop_timer_set(l->recheck, HURRY_MS);
    l->hurried = true;
}

// Slots: the boards change as one begins.

static void wait_for_slot(struct live *l)
{
    int64_t first = INT64_MAX, now = clock_mono();
    for (struct list *n = l->rooms.next; n != &l->rooms; n = n->next) {
        const struct room *room = LIST_ITEM(n, struct room, node);
        if (room->slot_at && room->slot_at < first)
            first = room->slot_at;
    }
    if (first < INT64_MAX)
        loop_timer_set(l->slots, first > now ? (first - now) / 1000 + 1 : 0);
}

// Timers may come a little early: what began AFTER_MS before slot_at has begun all the same.
static void on_slot(void *ctx)
{
    struct live *l = ctx;
    int64_t now = clock_mono();
    for (struct list *n = l->rooms.next; n != &l->rooms; n = n->next) {
        struct room *room = LIST_ITEM(n, struct room, node);
        if (!room->slot_at || room->slot_at - AFTER_MS * 1000 > now)
            continue;
        room->slot_at = 0;
        text_clear(&l->event);
        sse_write(&l->event, NULL, "slot", room->slot);
        for (struct list *p = room->streams.next; p != &room->streams; p = p->next) {
            const struct stream *s = LIST_ITEM(p, struct stream, peer);
            if (s->hall && keeps_up(l, s))
                server_stream_send(l->parts->server, s->id, l->event.data, l->event.len);
        }
    }
    ask_slots(l);
}

// Columns convention, milliseconds until it begins, what is told.
static void on_slots(void *ctx, const struct pg_result *r)
{
    struct live *l = ctx;
    int64_t now = clock_mono();
    l->asking = false;
    for (int i = 0; r->err == ERR_OK && i < r->rows; i++) {
        struct room *room = map_get_string(l->by_convention, pg_value(r, i, 0));
        if (!room)
            continue;
        room->slot_at = now + (atoll(pg_value(r, i, 1)) + AFTER_MS) * 1000;
        snprintf(room->slot, sizeof room->slot, "%s", pg_value(r, i, 2));
    }
    wait_for_slot(l);
    if (l->asked)
        ask_slots(l);
}

// Of a slot that is about to begin the database might say the next one already: it is not asked about again.
static void ask_slots(struct live *l)
{
    struct text ids;
    int64_t soon = clock_mono() + SOON_MS * 1000;
    l->asked = l->asking;
    if (l->asking || !l->parts->ready || !l->parts->pg)
        return;
    text_init(&ids, 16 << 20);
    for (struct list *n = l->rooms.next; n != &l->rooms; n = n->next) {
        struct room *room = LIST_ITEM(n, struct room, node);
        if (room->halls && (!room->slot_at || room->slot_at > soon))
            text_format(&ids, "%s%s", ids.len ? "," : "", room->id);
    }
    wait_for_slot(l);
    l->asking = ids.len > 0;
    if (l->asking)
        pg_read(l->parts->pg, NULL, SQL_slots_next, (const char *const[]){text_string(&ids)}, on_slots, l);
    text_fini(&ids);
}

// Happenings

// What each reader has seen is compared with what there is.
static void settle(struct live *l, struct room *room, int64_t kept)
{
    for (struct list *n = room->streams.next; n != &room->streams; n = n->next) {
        struct stream *s = LIST_ITEM(n, struct stream, peer);
        s->checked = true;
        if (s->last != FRESH && s->last <= room->happened && s->last >= kept - 1)
            continue;
        if (s->last != FRESH) {
            char data[96], id[24];
            snprintf(id, sizeof id, "%lld", (long long)room->happened);
            snprintf(data, sizeof data, "{\"kind\":\"reset\",\"oldest\":\"%lld\"}", (long long)kept);
            text_clear(&l->event);
            sse_write(&l->event, id, "reset", data);
            server_stream_send(l->parts->server, s->id, l->event.data, l->event.len);
        }
        s->last = room->happened;
    }
}

static void write_event(struct text *out, const char *seq, const char *kind, const char *data)
{
    text_clear(out);
    sse_write(out, seq, kind, data);
    if (!out->full)
        return;
    text_clear(out); // larger than any reader could take: it knows where to look
    sse_write(out, seq, kind, "{\"cut\":true}");
}

static bool board_shows(const char *kind)
{
    static const char *const kinds[] = {"timetable", "arrived", "missing", "withdraw", "table_lost", "table_found", "convention"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

// To those that have all before it and take it; the others are fed from where they are.
static void feed(struct live *l, struct room *room, const struct pg_result *r, int row)
{
    const char *text = pg_value(r, row, SEQ), *kind = pg_value(r, row, KIND);
    int64_t seq = atoll(text);
    bool shown = board_shows(kind);
    write_event(&l->event, text, kind, pg_value(r, row, BODY));
    write_event(&l->brief, text, kind, pg_value(r, row, BRIEF));
    for (struct list *n = room->streams.next; n != &room->streams; n = n->next) {
        struct stream *s = LIST_ITEM(n, struct stream, peer);
        if (!s->checked || s->last != seq - 1 || !keeps_up(l, s))
            continue;
        s->last = seq;
        const struct text *event = s->hall ? &l->brief : &l->event;
        if (!s->hall || shown)
            server_stream_send(l->parts->server, s->id, event->data, event->len);
    }
    if (strcmp(kind, "convention") == 0) { // its hours may have changed, or the address of its board
        room->slot_at = 0;
        live_recheck(l);
        ask_slots(l);
    }
}

// Whether something is left to be read for those that take it; who does not is looked at again.
static bool behind(struct live *l)
{
    bool more = false;
    for (struct list *n = l->streams.next; n != &l->streams; n = n->next) {
        const struct stream *s = LIST_ITEM(n, struct stream, node);
        if (!s->checked || s->last >= s->room->happened) // one that is not checked has woken us
            continue;
        if (keeps_up(l, s))
            more = true;
        else
            loop_timer_set(l->pump, PUMP_MS);
    }
    return more;
}

static void on_read(void *ctx, const struct pg_result *r)
{
    struct live *l = ctx;
    struct room *room = NULL;
    l->reading = false;
    if (r->err != ERR_OK) { // the next wake or look asks again
        log_warn("live", "%s %s", err_word(r->err), r->message);
        return;
    }
    for (int i = 0; i < r->rows; i++) {
        const char *kept = pg_value(r, i, KEPT);
        if (!room || strcmp(room->id, pg_value(r, i, CONVENTION)) != 0) {
            room = map_get_string(l->by_convention, pg_value(r, i, CONVENTION));
            if (!room)
                continue;
            room->happened = atoll(pg_value(r, i, HAPPENED));
            settle(l, room, kept ? atoll(kept) : room->happened + 1);
        }
        if (pg_value(r, i, SEQ))
            feed(l, room, r, i);
    }
    if (l->woken || behind(l))
        read_on(l);
}

// From where the last of those stands that take what comes.
static int64_t stands_at(struct live *l, const struct room *room)
{
    int64_t from = INT64_MAX;
    for (struct list *n = room->streams.next; n != &room->streams; n = n->next) {
        const struct stream *s = LIST_ITEM(n, struct stream, peer);
        int64_t at = s->last == FRESH ? FAR : s->last;
        if (!keeps_up(l, s))
            loop_timer_set(l->pump, PUMP_MS);
        else if (at < from)
            from = at;
    }
    return from;
}

static void read_on(struct live *l)
{
    struct text asked;
    l->woken = false;
    if (!l->parts->ready || !l->parts->pg)
        return;
    text_init(&asked, 16 << 20);
    for (struct list *n = l->rooms.next; n != &l->rooms; n = n->next) {
        const struct room *room = LIST_ITEM(n, struct room, node);
        int64_t from = stands_at(l, room);
        if (from < INT64_MAX)
            text_format(&asked, "%s%s:%lld", asked.len ? "," : "", room->id, (long long)from);
    }
    l->reading = asked.len > 0;
    if (l->reading)
        pg_read(l->parts->pg, NULL, SQL_happenings_after, (const char *const[]){text_string(&asked), PAGE_TEXT}, on_read, l);
    text_fini(&asked);
}

void live_wake(struct live *l)
{
    if (l->reading)
        l->woken = true;
    else
        read_on(l);
}

void live_told(struct parts *s)
{
    hub_wake(s->hub);
    dispatch_wake(s->dispatch);
    live_wake(s->live);
    if (s->live->on_told)
        s->live->on_told(s->live->ctx);
    pg_notify(s->pg);
}

void live_on_told(struct live *l, void (*fn)(void *ctx), void *ctx)
{
    l->on_told = fn;
    l->ctx = ctx;
}

// Streams

static void remember(struct live *l, struct stream *s, const char *convention)
{
    struct room *room = map_get_string(l->by_convention, convention);
    if (!room) {
        room = memory_new(sizeof *room);
        list_init(&room->streams);
        snprintf(room->id, sizeof room->id, "%s", convention);
        list_add(&l->rooms, &room->node);
        map_set_string(l->by_convention, convention, room);
    }
    s->room = room;
    room->count++;
    room->halls += s->hall;
    l->count++;
    list_add(&room->streams, &s->peer);
    list_add(&l->streams, &s->node);
    map_set_number(l->by_id, s->id, s);
    hub_count(l->parts->hub, s->whose, 1);
}

static void forget(struct live *l, struct stream *s)
{
    struct room *room = s->room;
    list_remove(&s->peer);
    list_remove(&s->node);
    map_remove_number(l->by_id, s->id);
    hub_count(l->parts->hub, s->whose, -1);
    l->count--;
    room->halls -= s->hall;
    free(s);
    if (--room->count == 0) {
        list_remove(&room->node);
        map_remove_string(l->by_convention, room->id);
        free(room);
    }
}

void live_on_stream_end(struct live *l, uint64_t id)
{
    struct stream *s = map_get_number(l->by_id, id);
    if (s)
        forget(l, s);
}

// What the reader has seen: FRESH when it does not say, FAR when it says no number of ours.
static int64_t seen(struct call *c)
{
    const char *since = call_header_value(c, "Last-Event-ID");
    int64_t last;
    since = since ? since : call_query(c, "since");
    return !since ? FRESH : text_int(since, &last) && last >= 0 && last < FAR ? last : FAR;
}

void live_follow(struct call *c, const char *convention, const char *hall)
{
    struct live *l = c->parts->live;
    int retry = (int)c->parts->config->retry_ms;
    const char *whose = hall ? convention : c->caller.id;
    if (!hub_admits(c, whose))
        return;
    struct stream *s = memory_new(sizeof *s);
    s->id = c->request->id;
    s->hall = hall != NULL;
    s->last = seen(c);
    s->beaten = clock_mono();
    snprintf(s->whose, sizeof s->whose, "%s", whose);
    snprintf(s->ground, sizeof s->ground, "%s", hall ? hall : c->caller.credential);
    char room[37];
    snprintf(room, sizeof room, "%s", convention);
    // From here on the request is gone, and c with it.
    if (!server_stream(l->parts->server, s->id, "text/event-stream", "X-Accel-Buffering: no\r\n")) {
        free(s);
        return;
    }
    struct text hello;
    text_init(&hello, 256);
    sse_retry(&hello, retry + (int)seal_below((uint32_t)retry / 2 + 1));
    sse_comment(&hello, "entregent");
    server_stream_send(l->parts->server, s->id, hello.data, hello.len);
    text_fini(&hello);
    remember(l, s, room);
    live_wake(l);
    if (s->hall)
        ask_slots(l);
}

// Columns: the convention, its version, whether it is the caller's.
static void on_mine(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_missing(c, r))
        return;
    if (text_equal(pg_value(r, 0, 2), "t"))
        live_follow(c, c->part, NULL);
    else
        call_refuse(c, ERR_NOT_FOUND, NULL, NULL);
}

void live_open(struct call *c)
{
    if (call_part_is_id(c))
        call_read(c, SQL_convention_get, (const char *const[]){c->part, c->caller.id}, on_mine);
}

void live_drain(struct live *l)
{
    int retry = (int)l->parts->config->retry_ms;
    for (struct list *n = l->streams.next, *next; n != &l->streams; n = next) {
        next = n->next;
        const struct stream *s = LIST_ITEM(n, struct stream, node);
        struct text out;
        text_init(&out, 256);
        sse_retry(&out, retry + (int)seal_below((uint32_t)retry * 2 + 1));
        server_stream_send(l->parts->server, s->id, out.data, out.len);
        text_fini(&out);
        server_stream_end(l->parts->server, s->id);
    }
}

int live_streams(const struct live *l)
{
    return l->count;
}

struct live *live_new(struct parts *s)
{
    struct live *l = memory_new(sizeof *l);
    l->parts = s;
    l->by_id = map_new();
    l->by_convention = map_new();
    list_init(&l->rooms);
    list_init(&l->streams);
    text_init(&l->event, room_for(l));
    text_init(&l->brief, room_for(l));
    l->beat = loop_timer_new(s->loop, on_beat, l);
    l->poll = loop_timer_new(s->loop, on_poll, l);
    l->pump = loop_timer_new(s->loop, on_pump, l);
    l->recheck = loop_timer_new(s->loop, on_recheck, l);
    l->slots = loop_timer_new(s->loop, on_slot, l);
    loop_timer_set(l->beat, s->config->heartbeat_ms);
    loop_timer_set(l->poll, s->config->journal_poll_ms);
    loop_timer_set(l->recheck, RECHECK_MS);
    return l;
}

void live_free(struct live *l)
{
    if (!l)
        return;
    while (!list_empty(&l->streams))
        forget(l, LIST_ITEM(l->streams.next, struct stream, node));
    map_free(l->by_id);
    map_free(l->by_convention);
    text_fini(&l->event);
    text_fini(&l->brief);
    loop_timer_free(l->beat);
    loop_timer_free(l->poll);
    loop_timer_free(l->pump);
    loop_timer_free(l->recheck);
    loop_timer_free(l->slots);
    free(l);
}
