// SPDX-License-Identifier: EUPL-1.2
// Knows which meetings come before which.
#include "core/sequence.h"

// For each meeting, the pairs in which it is first: next[at[m]] to next[at[m + 1] - 1], numbers of the agenda's pairs.
static size_t *list_pairs(const struct agenda *a, const bool *must, int *waits, size_t *next, struct arena *arena)
{
    size_t *at = arena_array(arena, (size_t)a->meetings + 2, sizeof *at);
    for (size_t i = 0; i < a->befores; i++)
        if (must[a->before[i].first] && must[a->before[i].second]) {
            waits[a->before[i].second]++;
            at[a->before[i].first + 2]++;
        }
    for (int m = 2; m <= a->meetings + 1; m++)
        at[m] += at[m - 1];
    for (size_t i = 0; i < a->befores; i++)
        if (must[a->before[i].first] && must[a->before[i].second])
            next[at[a->before[i].first + 1]++] = i;
    return at;
}

// waits: how many each meeting still waits for when no other can be taken.
static void find_circle(struct sequence *s, const bool *must, const int *waits)
{
    const struct agenda *a = s->agenda;
    int m = 0;
    for (size_t i = 0; i < a->befores; i++)
        if (must[a->before[i].first] && waits[a->before[i].first] && waits[a->before[i].second])
            s->came[a->before[i].second] = a->before[i].first;
    while (!waits[m])
        m++;
    for (int i = 0; i < a->meetings; i++) // back into the circle
        m = s->came[m];
    s->circle = m;
    do {
        m = s->came[m];
        s->length++;
    } while (m != s->circle);
}

void sequence_of(struct sequence *out, const struct agenda *a, const bool *must, struct arena *arena)
{
    size_t meetings = (size_t)a->meetings;
    int *waits = arena_array(arena, meetings, sizeof *waits), *queue = arena_array(arena, meetings, sizeof *queue),
        tail = 0;
    size_t *next = arena_array(arena, a->befores, sizeof *next), *at = list_pairs(a, must, waits, next, arena);
    *out = (struct sequence){.agenda = a,
                             .pairs = arena_array(arena, a->befores, sizeof *out->pairs),
                             .circle = AGENDA_NONE,
                             .earliest = arena_array(arena, meetings, sizeof *out->earliest),
                             .came = arena_array(arena, meetings, sizeof *out->came)};
    for (int m = 0; m < a->meetings; m++)
        if (!waits[m])
            queue[tail++] = m;
    for (int head = 0; head < tail; head++)
        for (size_t i = at[queue[head]]; i < at[queue[head] + 1]; i++) {
            struct agenda_pair pair = a->before[next[i]];
            out->pairs[out->count++] = pair;
            if (--waits[pair.second] == 0)
                queue[tail++] = pair.second;
        }
    if (tail < a->meetings)
        find_circle(out, must, waits);
}

static bool explain(const struct sequence *s, struct agenda_pair pair, uint64_t set, struct sequence_late *late)
{
    int begin = pair.first;
    *late = (struct sequence_late){.meeting = pair.second, .after = pair.first, .chain = 1};
    for (; s->came[begin] != AGENDA_NONE; late->chain++)
        begin = s->came[begin];
    late->before = s->earliest[pair.first];
    late->from = s->earliest[begin];
    late->to = set ? AGENDA_SLOTS - 1 - __builtin_clzll(set) : 0;
    return false;
}

bool sequence_earliest(struct sequence *s, const uint64_t *set, struct sequence_late *late)
{
    for (size_t i = 0; i < s->count; i++) {
        const int both[2] = {s->pairs[i].first, s->pairs[i].second};
        for (int j = 0; j < 2; j++) {
            s->earliest[both[j]] = __builtin_ctzll(set[both[j]]);
            s->came[both[j]] = AGENDA_NONE;
        }
    }
    for (size_t i = 0; i < s->count; i++) {
        struct agenda_pair pair = s->pairs[i];
        int before = s->earliest[pair.first];
        uint64_t left = before < AGENDA_SLOTS - 1 ? set[pair.second] & ~0ull << (before + 1) : 0;
        if (!left)
            return explain(s, pair, set[pair.second], late);
        if (s->earliest[pair.second] <= before) {
            s->earliest[pair.second] = __builtin_ctzll(left);
            s->came[pair.second] = pair.first;
        }
    }
    return true;
}
