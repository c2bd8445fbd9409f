// SPDX-License-Identifier: EUPL-1.2
// Knows which meetings exclude each other.
#include "core/clique.h"

int clique_table(const struct agenda *a, int meeting, bool *none)
{
    int own = a->meeting[meeting].table, first = a->person[a->meeting[meeting].person[0]].table,
        second = a->person[a->meeting[meeting].person[1]].table, booth = first == AGENDA_NONE ? second : first;
    bool two = first != AGENDA_NONE && second != AGENDA_NONE && first != second;
    *none = own != AGENDA_NONE && booth != AGENDA_NONE && own != first && own != second;
    return own != AGENDA_NONE ? own : two ? AGENDA_NONE : booth;
}

static struct clique of_person(const struct agenda_view *v, int p)
{
    return (struct clique){v->list + v->first[p], v->first[p + 1] - v->first[p], p, AGENDA_NONE,
                           v->agenda->person[p].rest};
}

// A meeting that the two have with each other counts once.
static struct clique of_bound(const struct agenda_view *v, struct agenda_pair pair, struct arena *arena)
{
    struct clique a = of_person(v, pair.first), b = of_person(v, pair.second);
    int *list = arena_array(arena, (size_t)(a.count + b.count), sizeof *list), count = 0;
    while (a.count > 0 || b.count > 0) {
        struct clique *from = b.count == 0 || (a.count > 0 && *a.list <= *b.list) ? &a : &b;
        if (count == 0 || list[count - 1] != *from->list)
            list[count++] = *from->list;
        from->list++;
        from->count--;
    }
    return (struct clique){list, count, pair.first, pair.second, 0};
}

static int add_tables(const struct agenda *a, struct clique *out, struct arena *arena)
{
    int *first = arena_array(arena, (size_t)a->tables + 2, sizeof *first), count = 0;
    int *list = arena_array(arena, (size_t)a->meetings, sizeof *list), table;
    bool none;
    for (int m = 0; m < a->meetings; m++)
        if ((table = clique_table(a, m, &none)) != AGENDA_NONE)
            first[table + 2]++;
    for (int i = 2; i <= a->tables + 1; i++)
        first[i] += first[i - 1];
    for (int m = 0; m < a->meetings; m++)
        if ((table = clique_table(a, m, &none)) != AGENDA_NONE)
            list[first[table + 1]++] = m;
    for (int i = 0; i < a->tables; i++)
        if (first[i] < first[i + 1])
            out[count++] = (struct clique){list + first[i], first[i + 1] - first[i], AGENDA_NONE, AGENDA_NONE, 0};
    return count;
}

struct clique *clique_list(const struct agenda_view *v, struct arena *arena, int *count)
{
    const struct agenda *a = v->agenda;
    struct clique *out = arena_array(arena, (size_t)a->people + a->bounds + (size_t)a->tables, sizeof *out);
    *count = 0;
    for (int p = 0; p < a->people; p++)
        out[(*count)++] = of_person(v, p);
    for (size_t i = 0; i < a->bounds; i++)
        out[(*count)++] = of_bound(v, a->bound[i], arena);
    *count += add_tables(a, out + *count, arena);
    return out;
}
