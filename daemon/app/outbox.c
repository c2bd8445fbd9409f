// SPDX-License-Identifier: EUPL-1.2
// Knows how one thing to be delivered moves from due to done.
#include "app/outbox.h"

#include "app/config.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "core/retry.h"
#include "io/loop.h"
#include "io/mailer.h"
#include "io/spool.h"
#include "wire/letter.h"
#include "wire/mail.h"
#include "wire/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLYING 10 // at most
#define LEASE_MORE_S 90 // beyond the time that one delivery may take
#define POLL_MS 30000 // what another process left, and what falls due
#define PAUSE_MS 1000 // after a failure of the database

struct outbox {
    struct parts *parts;
    struct mailer *mailer;
    struct loop_timer *timer;
    bool asking, woken;
    int flying; // deliveries whose end is not yet stored
    struct list deliveries;
    struct outbox_counts counts;
};

// Columns of outbox_claim.
enum { ID, KIND, EMAIL, LANGUAGE, TICKET, ARGS, ATTEMPTS, CREATED, TICKET_KIND };

struct delivery {
    struct list node;
    struct outbox *outbox;
    char id[37], attempts[12];
    int64_t created; // ms
};

static void ask(struct outbox *o);

static void on_time(void *ctx)
{
    ask(ctx);
}

static void mailer_options_of(const struct parts *s, struct mailer_options *m, char folder[static 256])
{
    const struct config *c = s->config;
    snprintf(folder, 256, "%s/mail", s->data);
    *m = (struct mailer_options){.url = c->smtp_url, .user = c->smtp_user, .password_file = c->smtp_password_file,
                                 .insecure = !c->smtp_tls, .folder = folder,
                                 .ca = c->smtp_ca, .timeout_ms = c->smtp_ms};
}

struct outbox *outbox_new(struct parts *s)
{
    struct outbox *o = memory_new(sizeof *o);
    struct mailer_options options;
    char folder[256];
    o->parts = s;
    list_init(&o->deliveries);
    mailer_options_of(s, &options, folder);
    o->mailer = mailer_new(s->loop, &options);
    o->timer = loop_timer_new(s->loop, on_time, o);
    return o;
}

void outbox_reload(struct outbox *o)
{
    struct mailer_options options;
    char folder[256];
    mailer_options_of(o->parts, &options, folder);
    mailer_set(o->mailer, &options);
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
    mailer_free(o->mailer); // what is under way falls due again when its lease is over
    loop_timer_free(o->timer);
    while (!list_empty(&o->deliveries))
        forget(LIST_ITEM(o->deliveries.next, struct delivery, node));
    free(o);
}

// The one place that says where a delivery goes from here.
static void on_settled(void *ctx, const struct pg_result *r)
{
    struct delivery *d = ctx;
    struct outbox *o = d->outbox;
    if (r->err != ERR_OK) // its lease will bring it back: at least once
        log_warn("outbox", "%s could not be settled: %s", d->id, err_word(r->err));
    o->flying--;
    forget(d);
    ask(o);
}

static void settle(struct delivery *d, const char *state, int64_t due, const char *said)
{
    struct outbox *o = d->outbox;
    char when[24];
    snprintf(when, sizeof when, "%lld", (long long)due);
    if (!o->parts->ready) // the lease will bring it back
        return;
    pg_write(o->parts->pg, NULL, SQL_outbox_settle,
             (const char *const[]){d->id, state, due ? when : NULL, said && *said ? said : NULL, d->attempts}, on_settled, d);
}

static void on_sent(void *ctx, enum err err, const char *said)
{
    struct delivery *d = ctx;
    struct outbox *o = d->outbox;
    int64_t due = err == ERR_UNAVAILABLE ? retry_due(d->created, atoi(d->attempts), seal_below(UINT32_MAX)) : -1;
    if (err == ERR_OK) {
        o->counts.sent++;
        settle(d, "done", 0, said);
    } else if (due >= 0) {
        o->counts.retried++;
        log_warn("outbox", "%s is tried again: %s", d->id, said);
        settle(d, "due", due, said);
    } else {
        o->counts.failed++;
        log_error("outbox", "%s failed: %s", d->id, said);
        settle(d, "failed", 0, said);
    }
}

static const char *link_of(struct outbox *o, const struct pg_result *r, int row, struct arena *arena)
{
    const struct config *c = o->parts->config;
    char ticket[SEAL_TICKET];
    const char *kind = pg_value(r, row, TICKET_KIND);
    if (!kind)
        return NULL;
    seal_ticket(o->parts->key, kind, pg_value(r, row, TICKET), ticket);
    size_t len = strlen(c->public_url);
    if (len)
        return arena_format(arena, "%.*s/ticket?t=%s", (int)(len - (c->public_url[len - 1] == '/')), c->public_url, ticket);
    return arena_format(arena, "http%s://%s/ticket?t=%s", *c->tls_certificate ? "s" : "", o->parts->bound, ticket);
}

static void deliver(struct outbox *o, const struct pg_result *r, int row)
{
    struct arena *arena = arena_new();
    struct delivery *d = memory_new(sizeof *d);
    struct letter letter;
    struct text message;
    char from[255];
    const char *language = pg_value(r, row, LANGUAGE), *to = pg_value(r, row, EMAIL), *sender = o->parts->config->mail_from;
    *d = (struct delivery){.outbox = o, .created = atoll(pg_value(r, row, CREATED))};
    snprintf(d->id, sizeof d->id, "%s", pg_value(r, row, ID));
    snprintf(d->attempts, sizeof d->attempts, "%s", pg_value(r, row, ATTEMPTS));
    list_add(&o->deliveries, &d->node);
    o->flying++;
    text_init(&message, 1 << 20);
    enum err err = letter_fill(pg_value(r, row, KIND), text_equal(language, "fr") ? LANG_FR : LANG_EN, pg_value(r, row, ARGS),
                               link_of(o, r, row, arena), arena, &letter)
                       ? ERR_OK
                       : ERR_INVALID;
    if (err == ERR_OK)
        err = mail_write(&message, &(struct mail){.from = sender, .to = to, .subject = letter.subject, .id = d->id,
                                                  .language = language, .at = clock_wall() / 1000, .text = letter.text,
                                                  .html = letter.html});
    if (err == ERR_OK && mail_sender(sender, from))
        mailer_send(o->mailer, d->id, from, to, text_string(&message), message.len, on_sent, d);
    else
        on_sent(d, ERR_INVALID, "the mail cannot be written");
    text_fini(&message);
    arena_free(arena);
}

// Columns: milliseconds until the next is due, how many wait.
static void on_next(void *ctx, const struct pg_result *r)
{
    struct outbox *o = ctx;
    int64_t wait = PAUSE_MS;
    o->asking = false;
    if (r->err == ERR_OK) {
        wait = pg_value(r, 0, 0) ? atoll(pg_value(r, 0, 0)) : POLL_MS;
        o->counts.waiting = atoi(pg_value(r, 0, 1));
    }
    loop_timer_set(o->timer, wait < 1 ? 1 : wait > POLL_MS ? POLL_MS : wait);
    if (o->woken)
        ask(o);
}

static void on_claimed(void *ctx, const struct pg_result *r)
{
    struct outbox *o = ctx;
    o->asking = false;
    if (r->err != ERR_OK) {
        loop_timer_set(o->timer, PAUSE_MS);
        return;
    }
    for (int i = 0; i < r->rows; i++)
        deliver(o, r, i);
    if (r->rows || !o->parts->ready)
        return; // each delivery asks for more when it is settled
    o->asking = true;
    pg_read(o->parts->pg, NULL, SQL_outbox_next, NULL, on_next, o);
}

static void ask(struct outbox *o)
{
    char lease[24], room[12];
    if (o->asking || o->flying >= FLYING || !o->parts->ready) {
        o->woken = true;
        return;
    }
    o->woken = false;
    o->asking = true;
    snprintf(room, sizeof room, "%d", FLYING - o->flying);
    snprintf(lease, sizeof lease, "%lld", (long long)(o->parts->config->smtp_ms / 1000 + LEASE_MORE_S));
    pg_write(o->parts->pg, NULL, SQL_outbox_claim, (const char *const[]){room, lease}, on_claimed, o);
}

void outbox_wake(struct outbox *o)
{
    ask(o);
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

struct outbox_counts outbox_counts(const struct outbox *o)
{
    return o->counts;
}
