// SPDX-License-Identifier: EUPL-1.2
// Knows how a parcel becomes a webhook.
#include "app/hookout.h"

#include "app/config.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/hook.h"
#include "wire/webhook.h"

#include <stdlib.h>

#define PAYLOAD_MOST (1 << 20)

struct hookout {
    struct parts *parts;
    struct hook *hook;
    struct list flights;
};

struct flight { // one webhook under way
    struct list node;
    parcel_done *done;
    void *ctx;
};

static struct hook_options options_of(const struct config *c)
{
    return (struct hook_options){.nameservers = c->nameservers, .networks = c->webhook_networks, .ca = c->webhook_ca,
                                 .timeout_ms = c->webhook_ms};
}

struct hookout *hookout_new(struct parts *s)
{
    struct hookout *h = memory_new(sizeof *h);
    struct hook_options options = options_of(s->config);
    *h = (struct hookout){.parts = s, .hook = hook_new(s->loop, &options)};
    list_init(&h->flights);
    return h;
}

void hookout_reload(struct hookout *h)
{
    struct hook_options options = options_of(h->parts->config);
    hook_set(h->hook, &options);
}

static void land(struct flight *f)
{
    list_remove(&f->node);
    free(f);
}

void hookout_free(struct hookout *h)
{
    if (!h)
        return;
    hook_free(h->hook);
    while (!list_empty(&h->flights))
        land(LIST_ITEM(h->flights.next, struct flight, node));
    free(h);
}

static void on_sent(void *ctx, enum hook_outcome outcome, const char *said, const char *body)
{
    static const enum delivery_outcome outcomes[] = {
        [HOOK_DONE] = DELIVERY_TAKEN, [HOOK_AGAIN] = DELIVERY_LATER, [HOOK_GONE] = DELIVERY_GONE};
    struct flight f = *(struct flight *)ctx;
    land(ctx);
    // What a name of our networks stands for is not told to who only knows the name.
    bool forbidden = text_starts(said, "forbidden address ");
    if (forbidden)
        log_warn("webhook", "%s", said);
    f.done(f.ctx, outcomes[outcome], forbidden ? "forbidden address" : said, *body ? body : NULL);
}

static void write_payload(struct text *out, const struct parcel *p)
{
    char at[25];
    clock_format(p->created, at); // when it happened, not when it is tried: each try says the same
    text_format(out, "{\"type\":\"entregent.%s\",\"timestamp\":\"%s\",\"data\":", p->kind, at);
    if (p->content)
        text_format(out, "%s}", p->content);
    else
        text_format(out, "{\"channel\":\"%s\"}}", p->channel);
}

const char *hookout_send(struct hookout *h, const struct parcel *p, parcel_done *done, void *ctx)
{
    struct seal_webhook keys;
    char signature[WEBHOOK_SIGNATURE];
    struct text body;
    if (!p->content && !text_equal(p->kind, "test"))
        return "";
    if (!seal_unbox(h->parts->key, p->secret, &keys, sizeof keys))
        return "the secret was boxed with another key_file";
    text_init(&body, PAYLOAD_MOST);
    write_payload(&body, p);
    if (body.full) {
        text_fini(&body);
        return "larger than a webhook may be";
    }
    int64_t now = clock_wall() / 1000;
    webhook_sign(&keys, p->id, now, text_string(&body), body.len, signature);
    struct flight *f = memory_new(sizeof *f);
    *f = (struct flight){.done = done, .ctx = ctx};
    list_add(&h->flights, &f->node);
    hook_send(h->hook, &(struct hook_post){.url = p->url, .id = p->id, .signature = signature, .timestamp = now,
                                           .body = text_string(&body), .len = body.len},
              on_sent, f);
    text_fini(&body);
    return NULL;
}
