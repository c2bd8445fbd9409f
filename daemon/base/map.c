// SPDX-License-Identifier: EUPL-1.2
// Knows how keys find their values: open addressing with linear probing, tombstone-free removal.
#include "base/map.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct slot {
    uint64_t hash;
    void *value; // NULL: free
    void *key;
    size_t len;
};

struct map {
    struct slot *slots;
    size_t room, count; // room is a power of two
};

uint64_t map_hash(const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * 1099511628211u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

struct map *map_new(void)
{
    struct map *m = memory_new(sizeof *m);
    m->room = 16;
    m->slots = memory_new(m->room * sizeof *m->slots);
    return m;
}

void map_free(struct map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->room; i++)
        free(m->slots[i].key);
    free(m->slots);
    free(m);
}

// The slot of the key, or the free one where it would stand.
static struct slot *find(const struct map *m, uint64_t hash, const void *key, size_t len)
{
    for (size_t i = hash & (m->room - 1);; i = (i + 1) & (m->room - 1)) {
        struct slot *s = &m->slots[i];
        if (!s->value || (s->hash == hash && s->len == len && memcmp(s->key, key, len) == 0))
            return s;
    }
}

static void grow(struct map *m)
{
    struct slot *old = m->slots;
    size_t room = m->room;
    m->room = room * 2;
    m->slots = memory_new(m->room * sizeof *m->slots);
    for (size_t i = 0; i < room; i++)
        if (old[i].value)
            *find(m, old[i].hash, old[i].key, old[i].len) = old[i];
    free(old);
}

void *map_get(const struct map *m, const void *key, size_t len)
{
    return find(m, map_hash(key, len), key, len)->value;
}

void *map_set(struct map *m, const void *key, size_t len, void *value)
{
    uint64_t hash = map_hash(key, len);
    struct slot *s = find(m, hash, key, len);
    void *former = s->value;
    if (!former) {
        if (m->count * 4 >= m->room * 3) {
            grow(m);
            s = find(m, hash, key, len);
        }
        s->hash = hash;
        s->key = memory_new(len + 1);
        memcpy(s->key, key, len);
        s->len = len;
        m->count++;
    }
    s->value = value;
    return former;
}

void *map_remove(struct map *m, const void *key, size_t len)
{
    struct slot *s = find(m, map_hash(key, len), key, len);
    void *value = s->value;
    if (!value)
        return NULL;
    free(s->key);
    *s = (struct slot){0};
    m->count--;
    // Close the gap: move back each following entry whose home lies at or before the gap.
    size_t mask = m->room - 1, gap = (size_t)(s - m->slots);
    for (size_t i = (gap + 1) & mask; m->slots[i].value; i = (i + 1) & mask) {
        size_t home = m->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - gap) & mask)) {
            m->slots[gap] = m->slots[i];
            m->slots[i] = (struct slot){0};
            gap = i;
        }
    }
    return value;
}

size_t map_count(const struct map *m)
{
    return m->count;
}

bool map_next(const struct map *m, size_t *at, const void **key, size_t *len, void **value)
{
    while (*at < m->room) {
        const struct slot *s = &m->slots[(*at)++];
        if (!s->value)
            continue;
        if (key)
            *key = s->key;
        if (len)
            *len = s->len;
        if (value)
            *value = s->value;
        return true;
    }
    return false;
}

void *map_get_string(const struct map *m, const char *key)
{
    return map_get(m, key, strlen(key));
}

void *map_set_string(struct map *m, const char *key, void *value)
{
    return map_set(m, key, strlen(key), value);
}

void *map_remove_string(struct map *m, const char *key)
{
    return map_remove(m, key, strlen(key));
}

void *map_get_number(const struct map *m, uint64_t key)
{
    return map_get(m, &key, sizeof key);
}

void *map_set_number(struct map *m, uint64_t key, void *value)
{
    return map_set(m, &key, sizeof key, value);
}

void *map_remove_number(struct map *m, uint64_t key)
{
    return map_remove(m, &key, sizeof key);
}
