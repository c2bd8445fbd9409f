// SPDX-License-Identifier: EUPL-1.2
// Knows the kinds of mailed links.
#include "app/ticket.h"

#include "wire/seal.h"

const char *ticket_read(const struct call *c, const char *ticket, char id[static 37])
{
    static const char *const kinds[] = {"signup", "signin", "reset", "invite", "email", "alert"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (seal_ticket_id(c->parts->key, kinds[i], ticket, id))
            return kinds[i];
    return NULL;
}
