// SPDX-License-Identifier: EUPL-1.2
// Knows what makes an offer whole, and ready to be matched.
#include "core/offer.h"

// Law 2014-856 of 31 July 2014 on the social and solidarity economy, art. 1 II: 1° cooperatives (SCOP, SCIC and CAE are
// such), mutual societies, foundations and associations belong to it by their legal form; 2° companies by keeping its
// principles, which the ESUS agreement (Code du travail L3332-17-1) shows. AI (L5132-7), ACI (L5132-15) and ESAT are
// carried by such persons and named by L3332-17-1 II; a GEIQ is an association or a cooperative (L1253-1, L1253-2).
#define SOCIAL_ECONOMY                                                                                               \
    (STRUCTURE_ASSOCIATION | STRUCTURE_SCOP | STRUCTURE_SCIC | STRUCTURE_CAE | STRUCTURE_COOPERATIVE |                \
     STRUCTURE_MUTUELLE | STRUCTURE_FONDATION | STRUCTURE_ESUS | STRUCTURE_AI | STRUCTURE_ACI | STRUCTURE_GEIQ |      \
     STRUCTURE_ESAT)

unsigned offer_admitted(unsigned reserved)
{
    static const struct {
        unsigned article, structures;
    } articles[] = {
        {RESERVED_L2113_12, STRUCTURE_EA | STRUCTURE_EATT | STRUCTURE_ESAT},
        {RESERVED_L2113_13, STRUCTURE_EI | STRUCTURE_ACI | STRUCTURE_AI | STRUCTURE_ETTI | STRUCTURE_EITI},
        {RESERVED_L2113_13_1, STRUCTURE_SEP},
        {RESERVED_L2113_15, SOCIAL_ECONOMY},
    };
    unsigned admitted = 0;
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
        if (reserved & articles[i].article)
            admitted |= articles[i].structures;
    return admitted;
}

static const char **stems_of(const struct strings *s, struct words *w, struct arena *arena)
{
    const char **out = arena_array(arena, s->count, sizeof *out);
    for (size_t i = 0; i < s->count; i++)
        out[i] = words_stems(w, arena, s->list[i]);
    return out;
}

static const char **folds_of(const struct strings *s, struct arena *arena)
{
    const char **out = arena_array(arena, s->count, sizeof *out);
    for (size_t i = 0; i < s->count; i++)
        out[i] = words_key(arena, s->list[i]);
    return out;
}

void offer_settle(struct offer *o, const struct gazetteer *g, struct words *w, struct arena *arena)
{
    if (!o->at.known)
        o->at = o->seat.centre;
    o->labels_folded = folds_of(&o->labels, arena);
    o->criteria_folded = folds_of(&o->criteria, arena);
    for (size_t i = 0; i < o->capability_count; i++) {
        struct capability *cap = &o->capabilities[i];
        cap->circle = (struct depset){{0, 0}};
        if (cap->radius > 0)
            cap->circle = place_reach(g, o->at, cap->radius, o->seat.text ? &o->seat : NULL);
        cap->reach = cap->circle;
        for (size_t k = 0; k < cap->area_count; k++)
            cap->reach = place_join(cap->reach, cap->areas[k].deps);
        cap->keyword_stems = stems_of(&cap->keywords, w, arena);
        cap->excluded_stems = stems_of(&cap->excluded, w, arena);
    }
}

void offer_check(const struct offer *o, struct faults *faults)
{
    bool circle = false;
    if (!o->capability_count)
        fault_add(faults, ERR_TOO_FEW, "1", "/capabilities");
    for (size_t i = 0; i < o->capability_count; i++) {
        const struct capability *cap = &o->capabilities[i];
        circle |= cap->radius > 0;
        if (!cap->area_count && !(cap->radius > 0))
            fault_add(faults, ERR_REQUIRED, NULL, "/capabilities/%zu/areas", i);
        if (cap->value.least >= 0 && cap->value.most >= 0 && cap->value.least > cap->value.most)
            fault_add(faults, ERR_INVERTED, NULL, "/capabilities/%zu/value", i);
    }
    if (o->seat.text && !o->seat.commune)
        fault_add(faults, ERR_BAD_PLACE, o->seat.text, "/seat");
    else if (circle && !o->seat.text && !o->at.known)
        fault_add(faults, ERR_REQUIRED, NULL, "/seat");
}
