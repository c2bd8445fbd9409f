// SPDX-License-Identifier: EUPL-1.2
// Knows how a lot is asked of a card.
#include "core/asking.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void asking_init(struct asking *a)
{
    memset(a, 0, sizeof *a);
}

void asking_fini(struct asking *a)
{
    free(a->required);
    free(a->wanted);
    free(a->blocked);
    free(a->heard);
}

static void make_room(struct asking *a, const struct cards *c)
{
    size_t most = a->l->labels.count + a->l->criteria.count + a->n->need->blocked.count;
    uint32_t phrases = lexicon_count(c->phrases);
    if (most > a->room) {
        a->room = most * 2;
        a->required = memory_grow(a->required, a->room, sizeof *a->required);
        a->wanted = memory_grow(a->wanted, a->room, sizeof *a->wanted);
        a->blocked = memory_grow(a->blocked, a->room, sizeof *a->blocked);
    }
    if (phrases > a->heard_room) {
        a->heard = memory_grow(a->heard, phrases * 2, sizeof *a->heard);
        memset(a->heard + a->heard_room, 0, (phrases * 2 - a->heard_room) * sizeof *a->heard);
        a->heard_room = phrases * 2;
    }
    if (++a->turn > UINT32_MAX / 2) { // turns begin again
        memset(a->heard, 0, a->heard_room * sizeof *a->heard);
        a->turn = 1;
    }
}

void asking_begin(struct asking *a, const struct cards *c, const struct match_need *n, size_t lot, enum condition relaxed)
{
    const struct match_lot *made = &n->lots[lot];
    const struct strings *blocked = &n->need->blocked;
    a->n = n;
    a->l = &n->need->lots[lot];
    a->relaxed = relaxed;
    a->impossible = a->spelt = false;
    a->required_count = a->wanted_count = a->blocked_count = 0;
    make_room(a, c);
    for (size_t i = 0; i < a->l->labels.count && relaxed != CONDITION_LABELS; i++)
        if (lexicon_find(c->labels, made->labels[i], &a->required[a->required_count]))
            a->required_count++;
        else
            a->impossible = true;
    for (size_t i = 0; i < a->l->criteria.count; i++)
        a->wanted_count += lexicon_find(c->labels, made->criteria[i], &a->wanted[a->wanted_count]);
    for (size_t i = 0; i < blocked->count; i++)
        if ((a->blocked[a->blocked_count] = card_number(blocked->list[i])))
            a->blocked_count++;
    a->buyer = card_number(n->need->buyer);
}

static bool among(uint32_t number, struct card_numbers list)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (list.list[i] == number)
            return true;
    return false;
}

static bool holds_labels(const struct asking *a, const struct card *card)
{
    for (size_t i = 0; i < a->required_count; i++)
        if (!among(a->required[i], card->labels))
            return false;
    return !a->impossible;
}

// Whether need and offer are kept apart by who they are: one enterprise, or one has blocked the other.
static bool apart(const struct asking *a)
{
    const struct card *card = &a->card;
    uint64_t siren = card->siret / CARD_NIC | CARD_SIREN;
    if (card->siret && a->buyer && a->buyer / CARD_NIC == card->siret / CARD_NIC)
        return true;
    for (size_t i = 0; card->siret && i < a->blocked_count; i++)
        if (a->blocked[i] == card->siret || a->blocked[i] == siren)
            return true;
    return card_blocks(card->blocked, card->blocked_count, a->buyer);
}

static const char *stems_of(const struct asking *a)
{
    return a->n->lots[a->l - a->n->need->lots].stems;
}

// Marks the words of the lot: most phrases begin with another one, and need not be looked for.
static void spell(struct asking *a)
{
    memset(a->words, 0, sizeof a->words);
    for (const char *at = stems_of(a); at; at = strchr(at + 1, ' ')) {
        uint32_t bit = lexicon_hash(at) % ASKING_WORDS;
        a->words[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    a->spelt = true;
}

// Whether the texts of the lot contain the phrase; each is looked for once.
static bool contains(struct asking *a, const struct cards *c, uint32_t phrase)
{
    uint32_t *heard = &a->heard[phrase], bit = lexicon_first(c->phrases, phrase) % ASKING_WORDS;
    if (!a->spelt)
        spell(a);
    if (!(a->words[bit / 64] >> bit % 64 & 1))
        return false;
    if (*heard / 2 != a->turn)
        *heard = a->turn * 2 + words_contain(stems_of(a), lexicon_text(c->phrases, phrase));
    return *heard & 1;
}

static bool excluded(struct asking *a, const struct cards *c, struct card_numbers phrases)
{
    for (uint32_t i = 0; i < phrases.count; i++)
        if (contains(a, c, phrases.list[i]))
            return true;
    return false;
}

enum welcome asking_welcome(struct asking *a, const struct cards *c, struct wary_of wary)
{
    if (a->relaxed == CONDITION_EXCLUSIONS)
        return WELCOME;
    if (excluded(a, c, wary.common) || card_blocks(wary.blocked, wary.blocked_count, a->buyer))
        return UNWELCOME;
    return excluded(a, c, wary.others) ? WELCOME_PART : WELCOME;
}

static bool holds(const struct asking *a, enum condition condition, const struct capability *cap)
{
    return a->relaxed == condition || match_holds(condition, a->n, a->l, &a->card.offer, cap);
}

static bool meets_whole(const struct asking *a)
{
    return holds(a, CONDITION_RESERVED, NULL) && holds_labels(a, &a->card) && holds(a, CONDITION_AVAILABILITY, NULL) &&
           (a->relaxed == CONDITION_EXCLUSIONS || !apart(a));
}

// All that is asked of one capability but the place.
static bool meets_part(struct asking *a, const struct cards *c, size_t i)
{
    const struct capability *cap = &a->card.capabilities[i];
    return holds(a, CONDITION_CPV, cap) && holds(a, CONDITION_VALUE, cap) && holds(a, CONDITION_SERVICE, cap) &&
           (a->relaxed == CONDITION_EXCLUSIONS || !excluded(a, c, a->card.excluded[i]));
}

bool asking_meets(struct asking *a, struct cards *c, uint32_t at)
{
    card_read(c, at, &a->card);
    bool meets = false;
    if (meets_whole(a))
        for (size_t i = 0; i < a->card.offer.capability_count && !meets; i++)
            meets = meets_part(a, c, i) && holds(a, CONDITION_PLACE, &a->card.capabilities[i]);
    return meets;
}

static size_t wanted_met(const struct asking *a)
{
    size_t met = 0;
    for (size_t i = 0; i < a->wanted_count; i++)
        met += among(a->wanted[i], a->card.labels) || among(a->wanted[i], a->card.criteria);
    return met;
}

static size_t keywords_found(struct asking *a, const struct cards *c, struct card_numbers phrases)
{
    size_t found = 0;
    for (uint32_t i = 0; i < phrases.count && found < SCORE_KEYWORDS_MOST; i++)
        found += contains(a, c, phrases.list[i]) && !among(phrases.list[i], (struct card_numbers){phrases.list, i});
    return found;
}

bool asking_score(struct asking *a, struct cards *c, uint32_t at, bool known, struct asking_fit *out)
{
    bool found = false;
    card_read(c, at, &a->card);
    if (!known && !meets_whole(a))
        return false;
    for (size_t i = 0; i < a->card.offer.capability_count; i++) {
        const struct capability *cap = &a->card.capabilities[i];
        if (!meets_part(a, c, i))
            continue;
        enum cover cover = match_cover(a->n, a->l, &a->card.offer, cap); // COVER_NONE: the place fails
        if (cover == COVER_NONE)
            continue;
        const struct score_known is = {cover, wanted_met(a), keywords_found(a, c, a->card.keywords[i])};
        struct score score = score_sum(a->n, a->l, &a->card.offer, cap, &is);
        if (found && score.total <= out->score.total)
            continue;
        *out = (struct asking_fit){i, score, cover == COVER_PARTIAL};
        found = true;
    }
    return found;
}
