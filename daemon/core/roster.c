// SPDX-License-Identifier: EUPL-1.2
// Knows the handle of each organisation.
#include "core/roster.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct uuid {
    uint64_t high, low;
};

struct roster {
    struct uuid *ids;            // by handle; of a free one `high` is the next free handle
    uint32_t count, room, free;  // free: first free handle + 1, 0 = none
    uint32_t *slots, slot_room;  // open addressing: handle + 1
    size_t live;
};

struct roster *roster_new(void)
{
    return memory_new(sizeof(struct roster));
}

void roster_free(struct roster *r)
{
    if (!r)
        return;
    free(r->ids);
    free(r->slots);
    free(r);
}

static struct uuid uuid_of(const char *text)
{
    struct uuid id = {0, 0};
    for (; *text; text++) {
        if (*text == '-')
            continue;
        uint64_t digit = (uint64_t)(*text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10);
        id.high = id.high << 4 | id.low >> 60;
        id.low = id.low << 4 | digit;
    }
    return id;
}

// Ids of one moment differ in their lower half only (RFC 9562: version 7).
static uint32_t slot_of(const struct roster *r, struct uuid id)
{
    return (uint32_t)((id.low ^ id.high) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (r->slot_room - 1);
}

// The slot that holds the id, or the empty one where it would be.
static uint32_t find(const struct roster *r, struct uuid id)
{
    uint32_t i = slot_of(r, id);
    for (; r->slots[i]; i = (i + 1) & (r->slot_room - 1)) {
        const struct uuid *known = &r->ids[r->slots[i] - 1];
        if (known->low == id.low && known->high == id.high)
            break;
    }
    return i;
}

static void grow(struct roster *r)
{
    uint32_t had = r->slot_room, *old = r->slots;
    if ((r->live + 1) * 4 <= (size_t)had * 3)
        return;
    r->slot_room = had ? had * 2 : 64;
    r->slots = memory_new(r->slot_room * sizeof *r->slots);
    for (uint32_t i = 0; i < had; i++)
        if (old[i])
            r->slots[find(r, r->ids[old[i] - 1])] = old[i];
    free(old);
}

uint32_t roster_put(struct roster *r, const char *text)
{
    struct uuid id = uuid_of(text);
    grow(r);
    uint32_t slot = find(r, id), handle = r->free - 1;
    if (r->slots[slot])
        return r->slots[slot] - 1;
    if (r->free)
        r->free = (uint32_t)r->ids[handle].high;
    else {
        if (r->count == r->room) {
            r->room = r->room ? r->room + r->room / 2 : 64;
            r->ids = memory_grow(r->ids, r->room, sizeof *r->ids);
        }
        handle = r->count++;
    }
    r->ids[handle] = id;
    r->slots[slot] = handle + 1;
    r->live++;
    return handle;
}

bool roster_find(const struct roster *r, const char *id, uint32_t *handle)
{
    uint32_t found = r->slot_room ? r->slots[find(r, uuid_of(id))] : 0;
    *handle = found - 1;
    return found != 0;
}

// What follows the one that goes is put again, so that no search ends too early.
void roster_drop(struct roster *r, const char *id)
{
    uint32_t handle, mask = r->slot_room - 1;
    if (!roster_find(r, id, &handle))
        return;
    uint32_t i = find(r, r->ids[handle]);
    r->slots[i] = 0;
    r->live--;
    for (i = (i + 1) & mask; r->slots[i]; i = (i + 1) & mask) {
        uint32_t again = r->slots[i];
        r->slots[i] = 0;
        r->slots[find(r, r->ids[again - 1])] = again;
    }
    r->ids[handle].high = r->free;
    r->free = handle + 1;
}

void roster_id(const struct roster *r, uint32_t handle, char out[static 37])
{
    static const char digits[] = "0123456789abcdef";
    const struct uuid *id = &r->ids[handle];
    for (int i = 0, nibble = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            out[i] = '-';
            continue;
        }
        uint64_t half = nibble < 16 ? id->high : id->low;
        out[i] = digits[half >> (60 - nibble % 16 * 4) & 15];
        nibble++;
    }
    out[36] = 0;
}

size_t roster_count(const struct roster *r)
{
    return r->live;
}

size_t roster_bytes(const struct roster *r)
{
    return sizeof *r + r->room * sizeof *r->ids + r->slot_room * sizeof *r->slots;
}
