// SPDX-License-Identifier: EUPL-1.2
// Knows how full each key's bucket is.
#include "core/limit.h"

#include "base/map.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

// 73,000 years: sums and differences of three such times cannot overflow.
#define LONGEST_US (INT64_MAX / 4)
// Full buckets dropped at each call: more than one can add, so that idle keys do not stay.
#define SWEPT 2

struct bucket {
    int64_t full_at; // when it will be full again: the "theoretical arrival time" of GCRA
    size_t at;       // in the heap
    char key[];
};

struct limit {
    struct map *keys;     // key -> struct bucket
    struct bucket **heap; // the first is full before all others
    size_t count, room, most;
};

struct limit *limit_new(size_t most)
{
    struct limit *l = memory_new(sizeof *l);
    *l = (struct limit){.keys = map_new(), .most = most ? most : 1};
    return l;
}

void limit_free(struct limit *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++)
        free(l->heap[i]);
    free(l->heap);
    map_free(l->keys);
    free(l);
}

static void put(struct limit *l, size_t at, struct bucket *b)
{
    l->heap[at] = b;
    b->at = at;
}

static void move(struct limit *l, struct bucket *b, int64_t full_at)
{
    size_t at = b->at;
    b->full_at = full_at;
    for (size_t up; at > 0 && l->heap[up = (at - 1) / 2]->full_at > full_at; at = up)
        put(l, at, l->heap[up]);
    for (size_t down; (down = 2 * at + 1) < l->count; at = down) {
        if (down + 1 < l->count && l->heap[down + 1]->full_at < l->heap[down]->full_at)
            down++;
        if (l->heap[down]->full_at >= full_at)
            break;
        put(l, at, l->heap[down]);
    }
    put(l, at, b);
}

static struct bucket *add(struct limit *l, const char *key)
{
    size_t size = strlen(key) + 1;
    struct bucket *b = memory_new(sizeof *b + size);
    memcpy(b->key, key, size);
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 64;
        l->heap = memory_grow(l->heap, l->room, sizeof *l->heap);
    }
    // As the last of all; move finds its place.
    b->full_at = INT64_MAX;
    put(l, l->count++, b);
    map_set_string(l->keys, key, b);
    return b;
}

static void forget_first(struct limit *l)
{
    struct bucket *first = l->heap[0], *last = l->heap[--l->count];
    if (last != first) {
        put(l, 0, last);
        move(l, last, last->full_at);
    }
    map_remove_string(l->keys, first->key);
    free(first);
}

static int64_t within(int64_t n, int64_t least, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

int64_t limit_take(struct limit *l, const char *key, int64_t interval_us, int64_t burst, int64_t now_us)
{
    if (interval_us <= 0)
        return 0;
    burst = within(burst, 1, LONGEST_US);
    int64_t interval = within(interval_us, 1, LONGEST_US / burst), now = within(now_us, -LONGEST_US, LONGEST_US);
    for (int i = 0; i < SWEPT && l->count && l->heap[0]->full_at <= now; i++)
        forget_first(l);
    struct bucket *b = map_get_string(l->keys, key);
    // At most empty, whatever rate it came with before.
    int64_t full_at = b ? within(b->full_at, now, now + burst * interval) : now;
    int64_t wait = full_at - now - (burst - 1) * interval;
    if (wait > 0)
        return wait;
    move(l, b ? b : add(l, key), full_at + interval);
    // The new one is judged like the others.
    if (l->count > l->most)
        forget_first(l);
    return 0;
}

void limit_give(struct limit *l, const char *key, int64_t interval_us, int64_t now_us)
{
    struct bucket *b = map_get_string(l->keys, key);
    int64_t now = within(now_us, -LONGEST_US, LONGEST_US);
    if (b && b->full_at > now)
        move(l, b, b->full_at - within(interval_us, 0, b->full_at - now));
}

size_t limit_keys(const struct limit *l)
{
    return l->count;
}
