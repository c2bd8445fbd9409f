// SPDX-License-Identifier: EUPL-1.2
// Knows how to find the flow of most gain: paths of most gain first, all of equal gain at once.
#include "core/flow.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define FAR INT64_MAX
#define NOWHERE (-1)

struct arc { // arc 2i is arc i of the network, arc 2i + 1 takes back what it carries
    int to, next, room;
    int64_t loss; // of a unit; the gain turned round, so that the best path is the shortest
};

struct waiting {
    int64_t far;
    int node;
};

struct flow {
    int nodes, source, sink;
    size_t arcs, most_arcs;
    struct arc *arc;
    int *first;     // arc of each node
    int64_t *price; // loss on the best way from the source: best ways have no reduced loss, others a positive one
    int64_t *far;
    bool *reached; // nodes to which something could be carried; of others the price says nothing
    int *level, *at, *path, *queue;
    struct waiting *heap;
    size_t waiting;
};

struct flow *flow_new(int nodes, size_t arcs, struct arena *arena)
{
    struct flow *f = arena_take(arena, sizeof *f);
    size_t n = (size_t)nodes;
    assert(arcs <= INT_MAX / 2);
    *f = (struct flow){.nodes = nodes,
                       .most_arcs = 2 * arcs,
                       .arc = arena_array(arena, 2 * arcs + 1, sizeof *f->arc),
                       .first = arena_array(arena, n, sizeof *f->first),
                       .price = arena_array(arena, n, sizeof *f->price),
                       .far = arena_array(arena, n, sizeof *f->far),
                       .reached = arena_array(arena, n, sizeof *f->reached),
                       .level = arena_array(arena, n, sizeof *f->level),
                       .at = arena_array(arena, n, sizeof *f->at),
                       .path = arena_array(arena, n, sizeof *f->path),
                       .queue = arena_array(arena, n, sizeof *f->queue),
                       .heap = arena_array(arena, 2 * arcs + 1, sizeof *f->heap)};
    for (int i = 0; i < nodes; i++)
        f->first[i] = NOWHERE;
    return f;
}

static void add(struct flow *f, int from, int to, int room, int64_t loss)
{
    f->arc[f->arcs] = (struct arc){to, f->first[from], room, loss};
    f->first[from] = (int)f->arcs++;
}

int flow_arc(struct flow *f, int from, int to, int most, int64_t gain)
{
    assert(f->arcs < f->most_arcs);
    add(f, from, to, most, -gain);
    add(f, to, from, 0, gain);
    return (int)(f->arcs / 2) - 1;
}

int flow_carried(const struct flow *f, int arc)
{
    return f->arc[2 * arc + 1].room;
}

static int64_t reduced(const struct flow *f, int from, const struct arc *a)
{
    return a->loss + f->price[from] - f->price[a->to];
}

// The first prices, where arcs may lose or gain (Bellman and Ford, with a ring of the nodes that changed).
static void set_prices(struct flow *f)
{
    int head = 0, count = 1;
    memset(f->level, 0, (size_t)f->nodes * sizeof *f->level); // here: whether it is in the ring
    for (int i = 0; i < f->nodes; i++)
        f->far[i] = FAR;
    f->far[f->source] = 0;
    f->queue[0] = f->source;
    while (count) {
        int node = f->queue[head];
        head = head + 1 == f->nodes ? 0 : head + 1;
        count--;
        f->level[node] = 0;
        for (int i = f->first[node]; i != NOWHERE; i = f->arc[i].next) {
            const struct arc *a = &f->arc[i];
            if (!a->room || f->far[node] + a->loss >= f->far[a->to])
                continue;
            f->far[a->to] = f->far[node] + a->loss;
            if (f->level[a->to])
                continue;
            f->level[a->to] = 1;
            f->queue[(head + count++) % f->nodes] = a->to;
        }
    }
    for (int i = 0; i < f->nodes; i++) {
        f->reached[i] = f->far[i] != FAR;
        f->price[i] = f->reached[i] ? f->far[i] : 0;
    }
}

static void push(struct flow *f, int64_t far, int node)
{
    size_t i = f->waiting++;
    for (; i && f->heap[(i - 1) / 2].far > far; i = (i - 1) / 2)
        f->heap[i] = f->heap[(i - 1) / 2];
    f->heap[i] = (struct waiting){far, node};
}

static struct waiting pop(struct flow *f)
{
    struct waiting first = f->heap[0], last = f->heap[--f->waiting];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < f->waiting; i = child) {
        if (child + 1 < f->waiting && f->heap[child + 1].far < f->heap[child].far)
            child++;
        if (f->heap[child].far >= last.far)
            break;
        f->heap[i] = f->heap[child];
    }
    f->heap[i] = last;
    return first;
}

// Raises the prices to the next best ways (Dijkstra, on reduced losses), that of the sink by `most` at most. False: it
// is cut off.
static bool raise_prices(struct flow *f, int64_t most)
{
    for (int i = 0; i < f->nodes; i++)
        f->far[i] = FAR;
    f->far[f->source] = 0;
    f->waiting = 0;
    push(f, 0, f->source);
    while (f->waiting) {
        struct waiting w = pop(f);
        if (w.node == f->sink)
            break;
        if (w.far > f->far[w.node])
            continue;
        for (int i = f->first[w.node]; i != NOWHERE; i = f->arc[i].next) {
            const struct arc *a = &f->arc[i];
            int64_t far = a->room ? w.far + reduced(f, w.node, a) : FAR;
            if (far >= f->far[a->to])
                continue;
            f->far[a->to] = far;
            push(f, far, a->to);
        }
    }
    int64_t rise = f->far[f->sink] < most ? f->far[f->sink] : most;
    for (int i = 0; rise != FAR && i < f->nodes; i++)
        f->price[i] += f->far[i] < rise ? f->far[i] : rise;
    return f->far[f->sink] != FAR;
}

static bool is_best(const struct flow *f, int from, const struct arc *a)
{
    return a->room && !reduced(f, from, a);
}

// Steps from the source over best arcs. False: none leads to the sink.
static bool set_levels(struct flow *f)
{
    int head = 0, count = 1;
    for (int i = 0; i < f->nodes; i++)
        f->level[i] = NOWHERE;
    f->level[f->source] = 0;
    f->queue[0] = f->source;
    for (; head < count && f->level[f->sink] == NOWHERE; head++) {
        int node = f->queue[head];
        for (int i = f->first[node]; i != NOWHERE; i = f->arc[i].next) {
            const struct arc *a = &f->arc[i];
            if (f->level[a->to] != NOWHERE || !is_best(f, node, a))
                continue;
            f->level[a->to] = f->level[node] + 1;
            f->queue[count++] = a->to;
        }
    }
    return f->level[f->sink] != NOWHERE;
}

// Sends along the path what fits; returns it, and in *steps up to which step the path can still be used.
static int send(struct flow *f, int *steps)
{
    int fits = INT_MAX, used = *steps;
    for (int i = 0; i < used; i++)
        if (f->arc[f->path[i]].room < fits)
            fits = f->arc[f->path[i]].room;
    for (int i = used - 1; i >= 0; i--) {
        f->arc[f->path[i]].room -= fits;
        f->arc[f->path[i] ^ 1].room += fits;
        if (!f->arc[f->path[i]].room)
            *steps = i;
    }
    return fits;
}

// Fills the shortest paths over best arcs; returns what was sent.
static int64_t fill(struct flow *f)
{
    int64_t sent = 0;
    int steps = 0, node = f->source;
    memcpy(f->at, f->first, (size_t)f->nodes * sizeof *f->at);
    for (;;) {
        int *i = &f->at[node];
        while (*i != NOWHERE && !(f->level[f->arc[*i].to] == f->level[node] + 1 && is_best(f, node, &f->arc[*i])))
            *i = f->arc[*i].next;
        if (*i == NOWHERE && !steps)
            return sent;
        if (*i == NOWHERE) { // a dead end
            f->level[node] = NOWHERE;
            node = f->arc[f->path[--steps] ^ 1].to;
            continue;
        }
        f->path[steps++] = *i;
        node = f->arc[*i].to;
        if (node != f->sink)
            continue;
        sent += send(f, &steps);
        node = f->arc[f->path[steps] ^ 1].to;
    }
}

int64_t flow_run(struct flow *f, int source, int sink)
{
    int64_t gain = 0;
    f->source = source;
    f->sink = sink;
    set_prices(f);
    // In the end the sink has the price of the source: flow_affords needs it.
    f->price[sink] = f->price[sink] < 0 ? f->price[sink] : 0;
    while (f->price[sink] < 0) {
        while (set_levels(f))
            gain -= f->price[sink] * fill(f);
        raise_prices(f, -f->price[sink]);
    }
    return gain;
}

// With two more nodes: the source and the sink of what has to be led elsewhere; and arcs from the old sink back to the
// old source, since the whole may become more or less.
static struct flow *copy(const struct flow *f, size_t arcs, struct arena *arena)
{
    struct flow *c = flow_new(f->nodes + 2, f->arcs / 2 + arcs + 2, arena);
    memcpy(c->arc, f->arc, f->arcs * sizeof *f->arc);
    memcpy(c->first, f->first, (size_t)f->nodes * sizeof *f->first);
    memcpy(c->price, f->price, (size_t)f->nodes * sizeof *f->price);
    memcpy(c->reached, f->reached, (size_t)f->nodes * sizeof *f->reached);
    c->arcs = f->arcs;
    c->source = f->nodes;
    c->sink = f->nodes + 1;
    flow_arc(c, f->sink, f->source, INT_MAX / 2, 0);
    flow_arc(c, f->source, f->sink, INT_MAX / 2, 0);
    return c;
}

// Lets an arc carry more: then there is too much at its end and too little at its beginning.
static bool force(struct flow *c, int arc, int more, int64_t *lost)
{
    struct arc *there = &c->arc[2 * arc], *back = &c->arc[2 * arc + 1];
    int from = back->to, to = there->to;
    if (there->room < more || !c->reached[from])
        return false;
    there->room -= more;
    back->room = 0;
    *lost += more * there->loss;
    flow_arc(c, c->source, to, more, 0);
    flow_arc(c, from, c->sink, more, 0);
    c->price[c->source] = c->price[to] > c->price[c->source] ? c->price[to] : c->price[c->source];
    c->price[c->sink] = c->price[from] < c->price[c->sink] ? c->price[from] : c->price[c->sink];
    return true;
}

// Leads elsewhere what has to be, by the ways that lose least.
static bool reroute(struct flow *c, int64_t much, int64_t loss)
{
    while (much && raise_prices(c, FAR)) {
        int64_t each = c->price[c->sink] - c->price[c->source];
        if (much * each > loss) // and all further ones lose more
            return false;
        while (set_levels(c)) {
            int64_t sent = fill(c);
            much -= sent;
            loss -= sent * each;
        }
    }
    return !much && loss >= 0;
}

bool flow_affords(const struct flow *f, const struct flow_floor *floors, size_t count, int64_t loss)
{
    struct arena *arena = arena_new();
    struct flow *c = copy(f, 2 * count, arena);
    int64_t lost = 0, much = 0;
    bool can = true;
    c->price[c->source] = INT64_MIN;
    c->price[c->sink] = INT64_MAX;
    for (size_t i = 0; can && i < count; i++) {
        int more = floors[i].least - flow_carried(f, floors[i].arc);
        if (more <= 0) {
            c->arc[2 * floors[i].arc + 1].room = -more;
            continue;
        }
        can = force(c, floors[i].arc, more, &lost);
        much += more;
    }
    can = can && reroute(c, much, loss - lost);
    arena_free(arena);
    return can;
}
