// SPDX-License-Identifier: EUPL-1.2
// Knows when an entry of the audit log continues the chain.
#include "wire/chain.h"

#include "base/text.h"
#include "wire/strict.h"

#include <stdio.h>
#include <string.h>

// What stands beside the entry is not covered by the hash, so it must say the same.
static const char *columns_fit(int64_t seq, const char *organisation, const char *entry)
{
    const char *why = NULL;
    struct arena *arena = arena_new();
    json_t *said = strict_load(entry, strlen(entry), arena, &why);
    const char *of = json_string_value(json_object_get(said, "organisation"));
    const char *wrong = NULL;
    if (json_integer_value(json_object_get(said, "seq")) != seq)
        wrong = "seq";
    else if (organisation ? !text_equal(of, organisation) : of != NULL)
        wrong = "organisation";
    json_decref(said);
    arena_free(arena);
    return wrong;
}

const char *chain_next(struct chain_link *head, int64_t seq, const char *organisation, const char *entry, const char *hash)
{
    struct chain_link next = {.seq = seq};
    if (seq != head->seq + 1)
        return "gap";
    seal_chain(head->hash, entry, next.hash);
    if (!text_equal(next.hash, hash))
        return "hash";
    const char *wrong = columns_fit(seq, organisation, entry);
    if (!wrong)
        *head = next;
    return wrong;
}

bool chain_step(struct chain_walk *w, int64_t seq, const char *organisation, const char *entry, const char *hash)
{
    w->wrong = chain_next(&w->head, seq, organisation, entry, hash);
    w->broken = text_equal(w->wrong, "gap") && seq > w->head.seq ? w->head.seq + 1 : seq;
    return !w->wrong;
}

bool chain_anchor(const char *text, struct chain_link *out)
{
    char number[20];
    size_t digits = strcspn(text, ":");
    if (digits >= sizeof number || text[digits] != ':')
        return false;
    snprintf(number, sizeof number, "%.*s", (int)digits, text);
    const char *hash = text + digits + 1;
    if (!text_int(number, &out->seq) || out->seq < 1 || strlen(hash) != SEAL_HASH - 1 ||
        strspn(hash, "0123456789abcdef") != SEAL_HASH - 1)
        return false;
    memcpy(out->hash, hash, SEAL_HASH);
    return true;
}

bool chain_same(const struct chain_link *a, const struct chain_link *b)
{
    return a->seq == b->seq && strcmp(a->hash, b->hash) == 0;
}
