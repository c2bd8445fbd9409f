// SPDX-License-Identifier: EUPL-1.2
// Knows how a parcel becomes a mail.
#include "app/mailout.h"

#include "app/config.h"
#include "app/link.h"
#include "app/world.h"
#include "base/clock.h"
#include "base/list.h"
#include "io/mailer.h"
#include "wire/mail.h"
#include "wire/told.h"

#include <stdio.h>
#include <stdlib.h>

#define MAIL_MOST (4 << 20)

struct mailout {
    struct parts *parts;
    struct mailer *mailer;
    struct list flights;
};

struct flight { // one mail under way
    struct list node;
    parcel_done *done;
    void *ctx;
};

struct linking {
    const struct parts *parts;
    struct arena *arena;
};

static void options_of(const struct parts *s, struct mailer_options *m, char folder[static 256])
{
    const struct config *c = s->config;
    snprintf(folder, 256, "%s/mail", s->data);
    *m = (struct mailer_options){.url = c->smtp_url, .user = c->smtp_user, .password_file = c->smtp_password_file,
                                 .insecure = !c->smtp_tls, .folder = folder,
                                 .ca = c->smtp_ca, .timeout_ms = c->smtp_ms};
}

struct mailout *mailout_new(struct parts *s)
{
    struct mailout *m = memory_new(sizeof *m);
    struct mailer_options options;
    char folder[256];
    options_of(s, &options, folder);
    *m = (struct mailout){.parts = s, .mailer = mailer_new(s->loop, &options)};
    list_init(&m->flights);
    return m;
}

void mailout_reload(struct mailout *m)
{
    struct mailer_options options;
    char folder[256];
    options_of(m->parts, &options, folder);
    mailer_set(m->mailer, &options);
}

static void land(struct flight *f)
{
    list_remove(&f->node);
    free(f);
}

void mailout_free(struct mailout *m)
{
    if (!m)
        return;
    mailer_free(m->mailer);
    while (!list_empty(&m->flights))
        land(LIST_ITEM(m->flights.next, struct flight, node));
    free(m);
}

// Where the buttons of a notice lead.
static const char *on_link(void *ctx, const char *kind, const char *id)
{
    const struct linking *l = ctx;
    return text_equal(kind, "answer") ? link_make(l->parts, "/answer?t=", kind, id, l->arena) : NULL;
}

static bool write_letter(struct mailout *m, const struct parcel *p, struct arena *arena, struct letter *letter,
                         const char **unsubscribe)
{
    struct linking linking = {m->parts, arena};
    enum lang lang = text_equal(p->language, "fr") ? LANG_FR : LANG_EN;
    *unsubscribe = p->channel ? link_make(m->parts, "/unsubscribe?t=", "channel", p->channel, arena) : NULL;
    if (p->channel)
        return p->content && told_write(p->content, lang, world_places(m->parts->world), &(struct told_links){on_link, &linking},
                                        *unsubscribe, arena, letter);
    return letter_fill(p->kind, lang, p->args,
                       p->ticket_kind ? link_make(m->parts, "/ticket?t=", p->ticket_kind, p->ticket, arena) : NULL, arena, letter);
}

static void on_sent(void *ctx, enum err err, const char *said)
{
    struct flight f = *(struct flight *)ctx;
    land(ctx);
    f.done(f.ctx, err == ERR_OK ? DELIVERY_TAKEN : err == ERR_UNAVAILABLE ? DELIVERY_LATER : DELIVERY_REFUSED, said, NULL);
}

const char *mailout_send(struct mailout *m, const struct parcel *p, parcel_done *done, void *ctx)
{
    struct arena *arena = arena_new();
    struct letter letter;
    struct text message;
    char from[255];
    const char *sender = m->parts->config->mail_from, *unsubscribe, *wrong = NULL;
    text_init(&message, MAIL_MOST);
    if (!write_letter(m, p, arena, &letter, &unsubscribe))
        wrong = p->channel ? "" : "the mail cannot be written";
    else if (mail_write(&message, &(struct mail){.from = sender, .to = p->email, .subject = letter.subject, .id = p->id,
                                                 .language = p->language, .at = clock_wall() / 1000, .text = letter.text,
                                                 .html = letter.html, .unsubscribe = unsubscribe}) != ERR_OK ||
             message.full || !mail_sender(sender, from))
        wrong = "the mail cannot be written";
    if (!wrong) {
        struct flight *f = memory_new(sizeof *f);
        *f = (struct flight){.done = done, .ctx = ctx};
        list_add(&m->flights, &f->node);
        mailer_send(m->mailer, p->id, from, p->email, text_string(&message), message.len, on_sent, f);
    }
    text_fini(&message);
    arena_free(arena);
    return wrong;
}
