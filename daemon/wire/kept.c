// SPDX-License-Identifier: EUPL-1.2
// Knows in which words it is said why something stays that was to be erased.
#include "wire/kept.h"

#include "wire/strict.h"

#include <stdlib.h>
#include <string.h>

static const struct reason {
    const char *what;
    const char *text[2]; // by enum lang; {days} of ended needs
} reasons[] = {
    {"audit", {"Il prouve qui a fait quoi, et ne désigne les personnes que par un numéro, qui ne mène plus à personne une fois le compte effacé.", "It proves who did what, and names people by a number only, which leads to nobody once the account is erased."}},
    {"needs", {"Des fournisseurs en ont été prévenus ; effacés {days} jours après leur fin.", "Suppliers were told of them; erased {days} days after they ended."}},
    {"organisation", {"Le SIRET et le nom, publics au répertoire Sirene, tant que des besoins, des correspondances ou le journal y renvoient.", "SIRET and name, public in the SIRENE register, as long as needs, matches or the log refer to them."}},
    {"organisations", {"Elles ne sont pas qu'à vous : plus personne n'en répond, leurs besoins sont clos, leurs jetons et contacts effacés ; les modérateurs sont prévenus.", "They are not yours alone: nobody answers for them now, their needs are closed, their tokens and contacts gone; moderators are told."}},
};

static const char *text_of(const char *what, enum lang lang, int64_t days, struct arena *arena)
{
    for (size_t i = 0; what && i < sizeof reasons / sizeof *reasons; i++) {
        const char *text = reasons[i].text[lang], *at = strstr(text, "{days}");
        if (strcmp(reasons[i].what, what) == 0)
            return at ? arena_format(arena, "%.*s%lld%s", (int)(at - text), text, (long long)days, at + strlen("{days}")) : text;
    }
    return NULL;
}

const char *kept_explain(const char *json, enum lang lang, int64_t need_days, struct arena *arena)
{
    const char *why, *out = NULL;
    json_t *root = strict_load(json, strlen(json), arena, &why), *one;
    size_t i;
    json_array_foreach(json_object_get(root, "kept"), i, one) {
        const char *text = text_of(json_string_value(json_object_get(one, "what")), lang, need_days, arena);
        if (text)
            json_object_set_new(one, "why", json_string(text));
    }
    char *written = root ? json_dumps(root, JSON_COMPACT) : NULL;
    if (written)
        out = arena_string(arena, written);
    free(written);
    json_decref(root);
    return out;
}
