// SPDX-License-Identifier: EUPL-1.2
// Knows how meetings can be laid into slots of which each takes only so many.
#include "core/hall.h"

struct laying {
    const uint64_t *set;
    int *where, *next; // of each meeting: its slot or AGENDA_NONE; the next one of its slot
    int count, room;
    int head[AGENDA_SLOTS], load[AGENDA_SLOTS];
    uint64_t leads[AGENDA_SLOTS]; // where the meetings of a slot could move to
    uint64_t full;
};

static void put(struct laying *l, int meeting, int slot)
{
    l->where[meeting] = slot;
    l->next[meeting] = l->head[slot];
    l->head[slot] = meeting;
    l->leads[slot] |= l->set[meeting];
    if (++l->load[slot] >= l->room)
        l->full |= 1ull << slot;
}

// Takes a meeting out of `from` that can lie in `to`.
static int lift(struct laying *l, int from, int to)
{
    int *link = &l->head[from], lifted;
    while (!(l->set[*link] >> to & 1))
        link = &l->next[*link];
    lifted = *link;
    *link = l->next[lifted];
    l->leads[from] = 0;
    for (int m = l->head[from]; m != AGENDA_NONE; m = l->next[m])
        l->leads[from] |= l->set[m];
    l->load[from]--;
    l->full &= ~(1ull << from);
    return lifted;
}

// The slots that can be reached from these by moving one meeting after the other; came: from which slot each was
// reached.
static uint64_t reach(const struct laying *l, uint64_t slots, int came[AGENDA_SLOTS], int *free)
{
    uint64_t reached = slots, open = slots;
    *free = AGENDA_NONE;
    for (int s = 0; s < AGENDA_SLOTS; s++)
        came[s] = AGENDA_NONE;
    while (open) {
        if (open & ~l->full) {
            *free = __builtin_ctzll(open & ~l->full);
            return reached;
        }
        int from = __builtin_ctzll(open);
        uint64_t fresh = l->leads[from] & ~reached;
        open = (open & (open - 1)) | fresh;
        reached |= fresh;
        for (; fresh; fresh &= fresh - 1)
            came[__builtin_ctzll(fresh)] = from;
    }
    return reached;
}

static bool lay(struct laying *l, int meeting)
{
    int came[AGENDA_SLOTS], slot;
    reach(l, l->set[meeting], came, &slot);
    if (slot == AGENDA_NONE)
        return false;
    for (; came[slot] != AGENDA_NONE; slot = came[slot])
        put(l, lift(l, came[slot], slot), slot);
    put(l, meeting, slot);
    return true;
}

static int least_loaded(const struct laying *l, uint64_t slots)
{
    int best = AGENDA_NONE;
    for (slots &= ~l->full; slots; slots &= slots - 1) {
        int s = __builtin_ctzll(slots);
        if (best == AGENDA_NONE || l->load[s] < l->load[best])
            best = s;
    }
    return best;
}

static void clear(struct laying *l)
{
    l->full = l->room > 0 ? 0 : ~0ull;
    for (int s = 0; s < AGENDA_SLOTS; s++) {
        l->head[s] = AGENDA_NONE;
        l->load[s] = 0;
        l->leads[s] = 0;
    }
}

// Lays as many as it can; false when some stay out.
static bool lay_all(struct laying *l)
{
    bool all = true;
    clear(l);
    for (int m = 0; m < l->count; m++) {
        int slot = least_loaded(l, l->set[m]);
        l->where[m] = AGENDA_NONE;
        if (slot != AGENDA_NONE)
            put(l, m, slot);
    }
    for (int m = 0; m < l->count; m++)
        all &= l->where[m] != AGENDA_NONE || lay(l, m);
    return all;
}

static void smallest_crowd(const struct laying *l, struct hall_crowd *out)
{
    int came[AGENDA_SLOTS], free;
    *out = (struct hall_crowd){.slots = ~0ull};
    for (int m = 0; m < l->count; m++)
        if (l->where[m] == AGENDA_NONE) {
            uint64_t slots = reach(l, l->set[m], came, &free);
            if (__builtin_popcountll(slots) <= __builtin_popcountll(out->slots))
                out->slots = slots;
        }
    for (int m = 0; m < l->count; m++)
        out->need += !(l->set[m] & ~out->slots);
}

// A meeting can go to a slot that leads to a free place, or back to where it lies: the others then move up.
static void narrow(const struct laying *l, uint64_t *set)
{
    uint64_t leads[AGENDA_SLOTS], to[AGENDA_SLOTS] = {0};
    for (int s = 0; s < AGENDA_SLOTS; s++)
        leads[s] = l->leads[s] | 1ull << s;
    for (int via = 0; via < AGENDA_SLOTS; via++)
        for (int s = 0; l->load[via] && s < AGENDA_SLOTS; s++)
            if (leads[s] >> via & 1)
                leads[s] |= leads[via];
    for (int s = 0; s < AGENDA_SLOTS; s++)
        for (uint64_t from = leads[s] & ~l->full ? ~0ull : leads[s]; from; from &= from - 1)
            to[__builtin_ctzll(from)] |= 1ull << s;
    for (int m = 0; m < l->count; m++)
        set[m] &= to[l->where[m]];
}

bool hall_narrow(uint64_t *set, int count, int room, int *scratch, struct hall_crowd *crowd)
{
    struct laying l = {.set = set, .where = scratch, .next = scratch + count, .count = count, .room = room};
    if (!lay_all(&l)) {
        smallest_crowd(&l, crowd);
        return false;
    }
    narrow(&l, set);
    return true;
}

void hall_ranks(const uint64_t *set, int count, int *scratch, int *rank)
{
    struct laying l = {.set = set, .where = scratch, .next = scratch + count, .count = count, .room = 1};
    clear(&l);
    rank[0] = 0;
    for (int m = 0; m < count; m++)
        rank[m + 1] = rank[m] + lay(&l, m);
}
