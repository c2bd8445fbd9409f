// SPDX-License-Identifier: EUPL-1.2
// Knows how one thing to be delivered moves from due to done.
#include "app/outbox.h"

#include "app/config.h"
#include "app/hookout.h"
#include "app/mailout.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/list.h"
#include "base/log.h"
#include "io/loop.h"
#include "io/spool.h"
#include "wire/seal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEASE_S "60"     // renewed while a delivery is under way
#define RENEW_MS 20000
#define POLL_MS 30000    // what another process left, and what falls due
#define PAUSE_MS 1000    // after a failure of the database
#define EACH 4           // of one endpoint at a time, so that none holds up the others
#define EACH_TEXT "4"
#define SHARE 32         // of all endpoints of one organisation
#define SHARE_TEXT "32"
#define REST_MS 1800000  // that an endpoint which failed is left alone, at most

// What leaves by one kind of channel.
struct way {
    struct outbox *outbox;
    const char *channel;
    struct loop_timer *timer;
    bool asking, woken;
    int flying;            // deliveries whose end is not yet stored
    struct list deliveries;
    const char *(*send)(struct outbox *o, const struct parcel *p, parcel_done *done, void *ctx);
    struct outbox_counts counts;
};

struct outbox {
    struct parts *parts;
    struct mailout *mails;
    struct hookout *hooks;
    struct loop_timer *renewal;
    struct way ways[OUTBOX_WAYS];
};

// Columns of outbox_claim.
enum { ID, KIND, EMAIL, LANGUAGE, TICKET, ARGS, ATTEMPTS, CREATED, TICKET_KIND, CHANNEL, CONTENT, URL, SECRET, SINCE, OWNER };

struct delivery {
    struct list node;
    struct way *way;
    char id[37], channel[37], owner[37]; // owner: the organisation, if any
    int attempts;
    int64_t since; // ms: when it fell due first, or was asked for again
};

static void ask(struct way *w);

static int64_t most(const struct way *w)
{
    const struct config *c = w->outbox->parts->config;
    return w == &w->outbox->ways[OUTBOX_MAIL] ? c->mails : c->webhooks;
}

static const char *send_mail(struct outbox *o, const struct parcel *p, parcel_done *done, void *ctx)
{
    return mailout_send(o->mails, p, done, ctx);
}

static const char *send_hook(struct outbox *o, const struct parcel *p, parcel_done *done, void *ctx)
{
    return hookout_send(o->hooks, p, done, ctx);
}

static void on_time(void *ctx)
{
    ask(ctx);
}

static void on_renewed(void *ctx, const struct pg_result *r)
{
    (void)ctx;
    if (r->err != ERR_OK)
        log_warn("outbox", "leases are not renewed: %s", err_word(r->err));
}

// What is under way stays ours, however long it takes.
static void on_renewal(void *ctx)
{
    struct outbox *o = ctx;
    struct text ids;
    text_init(&ids, 1 << 20);
    for (int i = 0; i < OUTBOX_WAYS; i++)
        for (struct list *n = o->ways[i].deliveries.next; n != &o->ways[i].deliveries; n = n->next)
            text_format(&ids, "%s%s", ids.len ? "," : "", LIST_ITEM(n, struct delivery, node)->id);
    if (ids.len && o->parts->ready)
        pg_write(o->parts->pg, NULL, SQL_outbox_renew, (const char *const[]){text_string(&ids), LEASE_S}, on_renewed, o);
    text_fini(&ids);
    loop_timer_set(o->renewal, RENEW_MS);
}

struct outbox *outbox_new(struct parts *s)
{
    static const struct way ways[OUTBOX_WAYS] = {
        [OUTBOX_MAIL] = {.channel = "mail", .send = send_mail}, [OUTBOX_HOOK] = {.channel = "webhook", .send = send_hook}};
    struct outbox *o = memory_new(sizeof *o);
    o->parts = s;
    o->mails = mailout_new(s);
    o->hooks = hookout_new(s);
    for (int i = 0; i < OUTBOX_WAYS; i++) {
        o->ways[i] = ways[i];
        o->ways[i].outbox = o;
        o->ways[i].timer = loop_timer_new(s->loop, on_time, &o->ways[i]);
        list_init(&o->ways[i].deliveries);
    }
    o->renewal = loop_timer_new(s->loop, on_renewal, o);
    loop_timer_set(o->renewal, RENEW_MS);
    return o;
}

void outbox_reload(struct outbox *o)
{
    mailout_reload(o->mails);
    hookout_reload(o->hooks);
}

static void forget(struct delivery *d)
{
    list_remove(&d->node);
    free(d);
}

void outbox_free(struct outbox *o)
{
    if (!o)
        return;
    mailout_free(o->mails); // what is under way falls due again when its lease is over
    hookout_free(o->hooks);
    loop_timer_free(o->renewal);
    for (int i = 0; i < OUTBOX_WAYS; i++) {
        loop_timer_free(o->ways[i].timer);
        while (!list_empty(&o->ways[i].deliveries))
            forget(LIST_ITEM(o->ways[i].deliveries.next, struct delivery, node));
    }
    free(o);
}

static void on_settled(void *ctx, const struct pg_result *r)
{
    struct delivery *d = ctx;
    struct way *w = d->way;
    if (r->err != ERR_OK) // its lease will bring it back: at least once
        log_warn("outbox", "%s could not be settled: %s", d->id, err_word(r->err));
    w->flying--;
    forget(d);
    ask(w);
}

static const char *time_text(int64_t ms, char out[static 24])
{
    snprintf(out, 24, "%lld", (long long)ms);
    return ms >= 0 ? out : NULL;
}

// An endpoint that fails is left alone until the next try of what it refused, half an hour at most.
static int64_t rest_of(const struct delivery *d, enum delivery_state state, int64_t due)
{
    int64_t now = clock_wall();
    if (!*d->channel || state == DELIVERY_DONE)
        return -1;
    return state == DELIVERY_DUE && due < now + REST_MS ? due : now + REST_MS;
}

// The one place that says where a delivery goes from here.
static void settle(struct delivery *d, enum delivery_outcome outcome, const char *said, const char *answer)
{
    struct way *w = d->way;
    int64_t due;
    char when[24], rest[24], attempts[12];
    enum delivery_state state = delivery_next(outcome, d->since, d->attempts, seal_below(UINT32_MAX), clock_wall(), &due);
    assert(delivery_may_move(DELIVERY_CLAIMED, state));
    w->counts.tries++;
    w->counts.sent += state == DELIVERY_DONE;
    w->counts.retried += state == DELIVERY_DUE;
    w->counts.failed += state == DELIVERY_FAILED;
    if (state != DELIVERY_DONE)
        log_warn("outbox", "%s %s %s: %s", w->channel, d->id, state == DELIVERY_DUE ? "is tried again" : "failed", said);
    FAIL_DIE("delivery");
    if (!w->outbox->parts->ready) // the lease will bring it back
        return;
    snprintf(attempts, sizeof attempts, "%d", d->attempts);
    bool hook = w == &w->outbox->ways[OUTBOX_HOOK];
    pg_write(w->outbox->parts->pg, NULL, SQL_outbox_settle,
             (const char *const[]){d->id, attempts, delivery_word(state), time_text(due, when), said && *said ? said : NULL, answer,
                                   hook ? time_text(rest_of(d, state, due), rest) : NULL, outcome == DELIVERY_GONE ? "true" : "false"},
             on_settled, d);
}

static void on_sent(void *ctx, enum delivery_outcome outcome, const char *said, const char *answer)
{
    settle(ctx, outcome, said, answer);
}

static void deliver(struct way *w, const struct pg_result *r, int row)
{
    struct delivery *d = memory_new(sizeof *d);
    const char *channel = pg_value(r, row, CHANNEL), *owner = pg_value(r, row, OWNER);
    *d = (struct delivery){.way = w, .attempts = atoi(pg_value(r, row, ATTEMPTS)), .since = atoll(pg_value(r, row, SINCE))};
    snprintf(d->id, sizeof d->id, "%s", pg_value(r, row, ID));
    snprintf(d->channel, sizeof d->channel, "%s", channel ? channel : "");
    snprintf(d->owner, sizeof d->owner, "%s", owner ? owner : "");
    list_add(&w->deliveries, &d->node);
    w->flying++;
    struct parcel p = {.id = d->id, .kind = pg_value(r, row, KIND), .email = pg_value(r, row, EMAIL),
                       .language = pg_value(r, row, LANGUAGE), .ticket = pg_value(r, row, TICKET),
                       .ticket_kind = pg_value(r, row, TICKET_KIND), .args = pg_value(r, row, ARGS),
                       .content = pg_value(r, row, CONTENT), .channel = channel, .url = pg_value(r, row, URL),
                       .secret = pg_value(r, row, SECRET), .created = atoll(pg_value(r, row, CREATED)) / 1000};
    FAIL_DIE("delivery");
    if (channel && !p.content && !text_equal(p.kind, "test")) {
        settle(d, DELIVERY_LATER, "its notice cannot be read", NULL);
        return;
    }
    const char *wrong = w->send(w->outbox, &p, on_sent, d);
    if (wrong) // nothing to tell any more, or nothing that could be
        settle(d, *wrong ? DELIVERY_REFUSED : DELIVERY_TAKEN, *wrong ? wrong : "nothing was left to tell", NULL);
}

// Of an endpoint or an organisation.
static int flying_of(const struct way *w, const char *id)
{
    int count = 0;
    for (struct list *n = w->deliveries.next; n != &w->deliveries; n = n->next) {
        const struct delivery *d = LIST_ITEM(n, struct delivery, node);
        count += text_equal(d->channel, id) || text_equal(d->owner, id);
    }
    return count;
}

static void put_full(const struct way *w, struct text *out, const char *id, int most)
{
    if (*id && !strstr(text_string(out), id) && flying_of(w, id) >= most)
        text_format(out, "%s%s", out->len ? "," : "", id);
}

// Endpoints and organisations that have as many under way as they may.
static void list_full(const struct way *w, struct text *out)
{
    for (struct list *n = w->deliveries.next; n != &w->deliveries; n = n->next) {
        put_full(w, out, LIST_ITEM(n, struct delivery, node)->channel, EACH);
        put_full(w, out, LIST_ITEM(n, struct delivery, node)->owner, SHARE);
    }
}

// Column: milliseconds until the next is due.
static void on_next(void *ctx, const struct pg_result *r)
{
    struct way *w = ctx;
    int64_t wait = PAUSE_MS;
    w->asking = false;
    if (r->err == ERR_OK)
        wait = pg_value(r, 0, 0) ? atoll(pg_value(r, 0, 0)) : POLL_MS;
    loop_timer_set(w->timer, wait < 1 ? 1 : wait > POLL_MS ? POLL_MS : wait);
    if (w->woken)
        ask(w);
}

static void on_claimed(void *ctx, const struct pg_result *r)
{
    struct way *w = ctx;
    w->asking = false;
    if (r->err != ERR_OK) {
        log_warn("outbox", "%s %s", err_word(r->err), r->message);
        loop_timer_set(w->timer, PAUSE_MS);
        return;
    }
    for (int i = 0; i < r->rows; i++)
        deliver(w, r, i);
    if (r->rows) { // perhaps there is more: of other endpoints
        ask(w);
        return;
    }
    if (!w->outbox->parts->ready)
        return;
    struct text full;
    text_init(&full, 1 << 20);
    list_full(w, &full);
    w->asking = true;
    pg_read(w->outbox->parts->pg, NULL, SQL_outbox_next, (const char *const[]){w->channel, text_string(&full)}, on_next, w);
    text_fini(&full);
}

static void ask(struct way *w)
{
    char room[12];
    struct text full;
    w->woken = w->asking || !w->outbox->parts->ready || w->flying >= most(w);
    if (w->woken)
        return;
    w->asking = true;
    text_init(&full, 1 << 20);
    list_full(w, &full);
    snprintf(room, sizeof room, "%d", (int)most(w) - w->flying);
    pg_write(w->outbox->parts->pg, NULL, SQL_outbox_claim,
             (const char *const[]){w->channel, room, LEASE_S, EACH_TEXT, SHARE_TEXT, text_string(&full)}, on_claimed, w);
    text_fini(&full);
}

void outbox_wake(struct outbox *o)
{
    for (int i = 0; i < OUTBOX_WAYS; i++)
        ask(&o->ways[i]);
}

void outbox_drop(struct outbox *o, const char *ids)
{
    char folder[256], id[37];
    snprintf(folder, sizeof folder, "%s/mail", o->parts->data);
    for (; ids && *ids; ids += strcspn(ids, ","), ids += *ids == ',') {
        snprintf(id, sizeof id, "%.*s", (int)strcspn(ids, ","), ids);
        spool_drop(folder, id);
    }
}

struct outbox_counts outbox_counts(const struct outbox *o, enum outbox_way way)
{
    return o->ways[way].counts;
}
