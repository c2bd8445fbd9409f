// SPDX-License-Identifier: EUPL-1.2
// Knows which callers a route admits.
#include "core/rights.h"

#include "base/text.h"

struct word {
    const char *word;
    unsigned bits;
};

static const struct word kinds[] = {{"buyer", KIND_BUYER}, {"supplier", KIND_SUPPLIER}, {"organiser", KIND_ORGANISER}, {NULL, 0}};

static const struct word scopes[] = {
    {"read", SCOPE_READ},
    {"needs", SCOPE_NEEDS},
    {"offers", SCOPE_OFFERS},
    {"conventions", SCOPE_CONVENTIONS},
    {"administer", SCOPE_ADMINISTER},
    {"moderate", SCOPE_MODERATE},
    {NULL, 0},
};

static const struct word roles[] = {
    {"reader", SCOPE_READ},
    {"editor", SCOPE_READ | SCOPE_NEEDS | SCOPE_OFFERS | SCOPE_CONVENTIONS},
    {"owner", SCOPE_READ | SCOPE_NEEDS | SCOPE_OFFERS | SCOPE_CONVENTIONS | SCOPE_ADMINISTER},
    {NULL, 0},
};

static unsigned bits_of(const struct word *list, const char *word)
{
    for (; list->word; list++)
        if (text_equal(list->word, word))
            return list->bits;
    return 0;
}

enum err rights_check(unsigned who, unsigned scope, const struct rights *r)
{
    if (who == WHO_ANYONE)
        return ERR_OK;
    if (!r->person && !r->member)
        return ERR_NO_TOKEN;
    if (who == WHO_PERSON && !r->person)
        return ERR_NEEDS_PERSON;
    if (who != WHO_PERSON && (!r->member || (who != WHO_MEMBER && !(who & r->kinds))))
        return ERR_FORBIDDEN;
    if (scope && !(scope & r->scopes))
        return ERR_NEEDS_SCOPE;
    return r->suspended && who != WHO_PERSON ? ERR_SUSPENDED : ERR_OK;
}

unsigned rights_role(const char *role)
{
    return bits_of(roles, role);
}

unsigned rights_scope(const char *word)
{
    return bits_of(scopes, word);
}

const char *rights_scope_word(unsigned scope)
{
    for (const struct word *w = scopes; w->word; w++)
        if (w->bits == scope)
            return w->word;
    return "";
}

unsigned rights_kind(const char *word)
{
    return bits_of(kinds, word);
}

const char *rights_words(unsigned who, bool french)
{
    static const struct {
        unsigned who;
        const char *text[2];
    } words[] = {
        {WHO_ANYONE, {"anyone", "n'importe qui"}},
        {WHO_BUYER, {"buyer", "acheteur"}},
        {WHO_SUPPLIER, {"supplier", "fournisseur"}},
        {WHO_ORGANISER, {"organiser", "organisateur"}},
        {WHO_BUYER_OR_ORGANISER, {"buyer or organiser", "acheteur ou organisateur"}},
        {WHO_SUPPLIER_OR_ORGANISER, {"supplier or organiser", "fournisseur ou organisateur"}},
        {WHO_MEMBER, {"member of an organisation", "membre d'une organisation"}},
        {WHO_PERSON, {"a person signed in", "une personne connectée"}},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].who == who)
            return words[i].text[french];
    return "?";
}
