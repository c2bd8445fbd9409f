// SPDX-License-Identifier: EUPL-1.2
// Knows which kinds of organisation a route admits.
#include "core/rights.h"

#include "base/text.h"

bool rights_allow(unsigned who, unsigned kinds)
{
    return who == WHO_ANYONE || (who & kinds) != 0;
}

unsigned rights_kind(const char *word)
{
    static const struct {
        const char *word;
        unsigned kind;
    } kinds[] = {{"buyer", KIND_BUYER}, {"supplier", KIND_SUPPLIER}, {"organiser", KIND_ORGANISER}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(kinds[i].word, word))
            return kinds[i].kind;
    return 0;
}

const char *rights_words(unsigned who, bool french)
{
    static const char *const words[][2] = {
        [WHO_ANYONE] = {"anyone", "n'importe qui"},
        [WHO_BUYER] = {"buyer", "acheteur"},
        [WHO_SUPPLIER] = {"supplier", "fournisseur"},
        [WHO_BUYER | WHO_SUPPLIER] = {"buyer or supplier", "acheteur ou fournisseur"},
        [WHO_ORGANISER] = {"organiser", "organisateur"},
        [WHO_BUYER_OR_ORGANISER] = {"buyer or organiser", "acheteur ou organisateur"},
        [WHO_SUPPLIER_OR_ORGANISER] = {"supplier or organiser", "fournisseur ou organisateur"},
        [WHO_MEMBER] = {"buyer, supplier or organiser", "acheteur, fournisseur ou organisateur"},
    };
    return words[who & WHO_MEMBER][french];
}
