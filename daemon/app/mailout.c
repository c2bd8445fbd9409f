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
#include "wire/meet.h"
#include "wire/told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

// Where the links of a notice lead.
static const char *on_link(void *ctx, const char *kind, const char *id)
{
    static const struct {
        const char *kind, *path, *ticket;
    } links[] = {{"answer", "/answer?t=", "answer"}, {"badge", "/badge/", "badge"}, {"sheet", "/sheet/", "badge"}, {"agenda", "/agenda/", "agenda"}};
    const struct linking *l = ctx;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (text_equal(links[i].kind, kind))
            return link_make(l->parts, links[i].path, links[i].ticket, id, l->arena);
    return NULL;
}

// A mail in the making.
struct writing {
    struct letter letter;
    const char *unsubscribe;
    struct mail_attachment attachments[2];
    size_t attached;
};

static void attach(struct writing *w, const char *name, const char *type, const char *bytes)
{
    if (bytes)
        w->attachments[w->attached++] = (struct mail_attachment){name, type, bytes, strlen(bytes)};
}

static bool write_meeting(struct mailout *m, const char *content, enum lang lang, struct arena *arena, const struct told_links *links, struct writing *w)
{
    const struct meet_options options = {.links = links, .unsubscribe = w->unsubscribe, .product = "-//Entregent//Entregent " ENTREGENT_VERSION "//FR",
                                         .host = link_host(m->parts, arena), .address = link_sender(m->parts, arena)};
    struct meet meet;
    if (!meet_write(content, lang, &options, arena, &meet))
        return false;
    w->letter = meet.letter;
    attach(w, "rendez-vous.ics", "text/calendar; charset=utf-8; method=PUBLISH", meet.publish);
    attach(w, "annulations.ics", "text/calendar; charset=utf-8; method=CANCEL", meet.cancel);
    return true;
}

static bool write_letter(struct mailout *m, const struct parcel *p, struct arena *arena, struct writing *w)
{
    struct linking linking = {m->parts, arena};
    const struct told_links links = {on_link, &linking};
    enum lang lang = text_equal(p->language, "fr") ? LANG_FR : LANG_EN;
    w->unsubscribe = p->channel ? link_make(m->parts, "/unsubscribe?t=", "channel", p->channel, arena) : NULL;
    if (p->channel && p->content && meet_is(p->content))
        return write_meeting(m, p->content, lang, arena, &links, w);
    if (p->channel)
        return p->content && told_write(p->content, lang, world_places(m->parts->world), &links, w->unsubscribe, arena, &w->letter);
    return letter_fill(p->kind, lang, p->args,
                       p->ticket_kind ? link_make(m->parts, "/ticket?t=", p->ticket_kind, p->ticket, arena) : NULL, arena, &w->letter);
}

static bool write_message(const struct parcel *p, const struct writing *w, const char *sender, struct text *out)
{
    const struct mail mail = {.from = sender, .to = p->email, .subject = w->letter.subject, .id = p->id, .language = p->language,
                              .at = clock_wall() / 1000, .text = w->letter.text, .html = w->letter.html, .unsubscribe = w->unsubscribe,
                              .attachments = w->attachments, .attached = w->attached};
    return mail_write(out, &mail) == ERR_OK && !out->full;
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
    struct writing w = {.attached = 0};
    struct text message;
    char from[255];
    const char *sender = m->parts->config->mail_from, *wrong = NULL;
    text_init(&message, MAIL_MOST);
    if (!write_letter(m, p, arena, &w))
        wrong = p->channel ? "" : "the mail cannot be written";
    else if (!write_message(p, &w, sender, &message) || !mail_sender(sender, from))
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
