// SPDX-License-Identifier: EUPL-1.2
// Knows how we are called from outside, and which links are ours.
#include "app/link.h"

#include "app/config.h"
#include "wire/mail.h"
#include "wire/seal.h"

#include <string.h>

const char *link_home(const struct parts *s, struct arena *arena)
{
    const struct config *c = s->config;
    size_t len = strlen(c->public_url);
    if (len)
        return arena_copy(arena, c->public_url, len - (c->public_url[len - 1] == '/'));
    return arena_format(arena, "http%s://%s", *c->tls_certificate ? "s" : "", s->bound);
}

const char *link_host(const struct parts *s, struct arena *arena)
{
    const char *at = strstr(link_home(s, arena), "://") + 3;
    return arena_copy(arena, at, strcspn(at, ":/"));
}

const char *link_sender(const struct parts *s, struct arena *arena)
{
    char address[255];
    return mail_sender(s->config->mail_from, address) ? arena_format(arena, "mailto:%s", address) : link_home(s, arena);
}

const char *link_make(const struct parts *s, const char *path, const char *kind, const char *id, struct arena *arena)
{
    char ticket[SEAL_TICKET];
    seal_ticket(s->key, kind, id, ticket);
    return arena_format(arena, "%s%s%s", link_home(s, arena), path, ticket);
}

const char *link_show(struct call *c, const char *path, const char *kind, const char *id)
{
    c->secret = true;
    return link_make(c->parts, path, kind, id, c->arena);
}

bool link_id(const struct parts *s, const char *kind, const char *ticket, char id[static 37])
{
    return ticket && seal_ticket_id(s->key, kind, ticket, id);
}
