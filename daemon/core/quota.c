// SPDX-License-Identifier: EUPL-1.2
// Knows what counting alone says about an agenda: people have so many slots, slots so many tables.
#include "core/quota.h"

#include "core/flow.h"
#include "core/timetable.h"

#include <stdlib.h>

enum { NONE = -1 };
enum { SOURCE, ROOT, SINK, NODES };

// Meetings are counted where they end, once on each side: a holder takes its meetings up to `most`, and those of the
// holders below it. A person is a holder, above those of its meetings that must lie in one session.
struct holder {
    int up, most;
};

// A network in which each meeting is two arcs, from the one person to the other and back (the bipartite double cover):
// half its best flow is the best of all fractional ways to place meetings.
struct network {
    const struct agenda_view *v;
    struct arena *arena;
    uint64_t *allowed; // one a meeting
    int *home;         // one a meeting: the session in which it must lie; NONE
    uint64_t *session; // slots of each
    int *place;        // one a session: the holder of its places at tables; NONE where they are enough
    int places;        // at tables, in all slots
    struct holder *holder;
    int holders;
    int *person;   // holder of each
    int (*end)[2]; // two a meeting: holders
};

static uint64_t allowed(const struct agenda *a, int m)
{
    const struct agenda_meeting *meeting = &a->meeting[m];
    return meeting->slots & a->person[meeting->person[0]].free & a->person[meeting->person[1]].free;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

// Most meetings in these slots with `rest` slots of a day between any two.
static int spaced(const struct agenda *a, uint64_t slots, int rest)
{
    int count = 0, last = NONE;
    for (; slots; slots &= slots - 1) {
        int t = __builtin_ctzll(slots);
        if (last != NONE && t - last <= rest && a->slot[t].day == a->slot[last].day)
            continue;
        last = t;
        count++;
    }
    return count;
}

struct hall { // who has which slot
    const uint64_t *allowed;
    uint64_t taken, tried;
    int owner[AGENDA_SLOTS];
};

// Finds a slot for one more meeting, moving others (Kuhn).
static bool hall_place(struct hall *h, int m)
{
    uint64_t open = h->allowed[m] & ~h->taken;
    if (open) {
        int t = __builtin_ctzll(open);
        h->taken |= 1ULL << t;
        h->owner[t] = m;
        return true;
    }
    while ((open = h->allowed[m] & ~h->tried)) {
        int t = __builtin_ctzll(open);
        h->tried |= 1ULL << t;
        if (!hall_place(h, h->owner[t]))
            continue;
        h->owner[t] = m;
        return true;
    }
    return false;
}

// Most meetings of a person that fit into its slots; those of one session, or all (NONE).
static int capacity(const struct network *n, int p, int session)
{
    const struct agenda_view *v = n->v;
    const struct agenda_person *person = &v->agenda->person[p];
    struct hall h = {.allowed = n->allowed};
    uint64_t slots = 0;
    int count = 0;
    for (int i = v->first[p]; i < v->first[p + 1]; i++) {
        int m = v->list[i];
        if (session != NONE && n->home[m] != session)
            continue;
        slots |= n->allowed[m];
        h.tried = 0;
        count += hall_place(&h, m);
    }
    count = least(count, spaced(v->agenda, slots, person->rest));
    return person->most ? least(count, person->most) : count;
}

static int add_holder(struct network *n, int up, int most)
{
    n->holder[n->holders] = (struct holder){.up = up, .most = most};
    return n->holders++;
}

// A session's places matter on one side only. They can be counted for people whose meetings in all do not exceed what
// their sessions let through: these meetings hang under the session and not under the person.
static void add_person(struct network *n, int p)
{
    const struct agenda_view *v = n->v;
    int count[AGENDA_SLOTS] = {0}, most[AGENDA_SLOTS] = {0}, child[AGENDA_SLOTS];
    int in_all = capacity(n, p, NONE), let_through = 0, top = add_holder(n, NONE, in_all);
    n->person[p] = top;
    for (int i = v->first[p]; i < v->first[p + 1]; i++) {
        int m = v->list[i];
        if (n->home[m] != NONE)
            count[n->home[m]]++;
        else
            let_through += n->allowed[m] != 0;
    }
    for (int s = 0; s < v->agenda->sessions; s++)
        let_through += most[s] = count[s] ? capacity(n, p, s) : 0;
    for (int s = 0; s < v->agenda->sessions; s++) {
        bool apart = n->place[s] != NONE && let_through <= in_all;
        child[s] = top;
        if (count[s] && (apart || most[s] < count[s]))
            child[s] = add_holder(n, apart ? n->place[s] : top, most[s]);
    }
    for (int i = v->first[p]; i < v->first[p + 1]; i++) {
        int m = v->list[i];
        n->end[m][v->agenda->meeting[m].person[1] == p] = n->home[m] == NONE ? top : child[n->home[m]];
    }
}

// Places at tables in these slots: two people each, who have something to do there.
static int count_places(const struct agenda *a, const uint64_t *hours, uint64_t slots)
{
    int places = 0;
    for (; slots; slots &= slots - 1) {
        int there = 0;
        for (int p = 0; p < a->people; p++)
            there += (hours[p] & slots & -slots) != 0;
        places += least(a->tables, there / 2);
    }
    return places;
}

static void set_sessions(struct network *n, bool shares)
{
    const struct agenda *a = n->v->agenda;
    uint64_t *hours = arena_array(n->arena, (size_t)a->people, sizeof *hours);
    int count[AGENDA_SLOTS] = {0};
    for (int t = 0; t < a->slots; t++)
        n->session[a->slot[t].session] |= 1ULL << t;
    for (int m = 0; m < a->meetings; m++) {
        uint64_t slots = n->allowed[m] = allowed(a, m);
        int s = slots ? a->slot[__builtin_ctzll(slots)].session : NONE;
        n->home[m] = s != NONE && !(slots & ~n->session[s]) ? s : NONE;
        if (n->home[m] != NONE)
            count[s]++;
        for (int side = 0; side < 2; side++)
            hours[a->meeting[m].person[side]] |= slots;
    }
    for (int s = 0; s < a->sessions; s++) {
        int places = count_places(a, hours, n->session[s]);
        n->places += places;
        n->place[s] = count[s] > places && !shares ? add_holder(n, NONE, 2 * places) : NONE;
    }
}

// shares: lower bounds for people will be set, which needs all meetings of a person under its own holder.
static void open_network(struct network *n, const struct agenda_view *v, bool shares)
{
    const struct agenda *a = v->agenda;
    struct arena *arena = arena_new();
    size_t people = (size_t)a->people, meetings = (size_t)a->meetings, sessions = (size_t)a->sessions;
    *n = (struct network){.v = v,
                          .arena = arena,
                          .allowed = arena_array(arena, meetings, sizeof *n->allowed),
                          .home = arena_array(arena, meetings, sizeof *n->home),
                          .session = arena_array(arena, sessions, sizeof *n->session),
                          .place = arena_array(arena, sessions, sizeof *n->place),
                          .holder = arena_array(arena, sessions + people + 2 * meetings, sizeof *n->holder),
                          .person = arena_array(arena, people, sizeof *n->person),
                          .end = arena_array(arena, meetings, sizeof *n->end)};
    set_sessions(n, shares);
    for (int p = 0; p < a->people; p++)
        add_person(n, p);
}

enum { OF_HOLDER = 1 }; // the first arc of a holder: two each, for either side

// The best flow; *gain is twice the weight.
static struct flow *best_flow(const struct network *n, struct arena *arena, int64_t *gain)
{
    const struct agenda *a = n->v->agenda;
    size_t arcs = OF_HOLDER + 2 * (size_t)n->holders + 2 * (size_t)a->meetings;
    struct flow *f = flow_new(NODES + 2 * n->holders, arcs, arena);
    flow_arc(f, SOURCE, ROOT, 2 * n->places, 0);
    for (int i = 0; i < n->holders; i++) {
        const struct holder *h = &n->holder[i];
        bool session = h->up != NONE && h->up < n->person[0]; // sessions were added before people
        flow_arc(f, h->up == NONE ? ROOT : NODES + 2 * h->up, NODES + 2 * i, h->most, 0);
        flow_arc(f, NODES + 2 * i + 1, h->up == NONE || session ? SINK : NODES + 2 * h->up + 1, h->most, 0);
    }
    for (int m = 0; m < a->meetings; m++) {
        if (!n->allowed[m])
            continue;
        for (int side = 0; side < 2; side++)
            flow_arc(f, NODES + 2 * n->end[m][side], NODES + 2 * n->end[m][!side] + 1, 1, a->meeting[m].weight);
    }
    *gain = flow_run(f, SOURCE, SINK);
    return f;
}

int64_t quota_weight(const struct agenda_view *v)
{
    struct network n;
    int64_t twice;
    if (!v->agenda->meetings)
        return 0;
    open_network(&n, v, false);
    best_flow(&n, n.arena, &twice);
    arena_free(n.arena);
    return twice / 2;
}

static int degree(const struct agenda_view *v, int p)
{
    return v->first[p + 1] - v->first[p];
}

// Whether everybody can have this share at least when no more than so much is lost, as far as counting tells.
static bool can_share(const struct network *n, const struct flow *best, int64_t share, int64_t loss)
{
    struct arena *arena = arena_new();
    int people = n->v->agenda->people;
    struct flow_floor *floors = arena_array(arena, 2 * (size_t)people, sizeof *floors);
    for (int p = 0; p < people; p++) {
        int64_t least = (share * degree(n->v, p) + TIMETABLE_ALL - 1) / TIMETABLE_ALL;
        for (int side = 0; side < 2; side++)
            floors[2 * p + side] = (struct flow_floor){OF_HOLDER + 2 * n->person[p] + side, (int)least};
    }
    bool can = flow_affords(best, floors, 2 * (size_t)people, loss);
    arena_free(arena);
    return can;
}

static int by_share(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// All shares that somebody can have, up to the most that everybody can; rising. *count of them, 0 included.
static int64_t *list_shares(const struct network *n, size_t *count)
{
    const struct agenda_view *v = n->v;
    int64_t top = TIMETABLE_ALL;
    size_t most = 1;
    bool *seen = arena_array(n->arena, (size_t)v->agenda->meetings + 1, sizeof *seen);
    for (int p = 0; p < v->agenda->people; p++) {
        int own = degree(v, p);
        int64_t share = own ? n->holder[n->person[p]].most * (int64_t)TIMETABLE_ALL / own : TIMETABLE_ALL;
        top = share < top ? share : top;
        most += seen[own] ? 0 : (size_t)own;
        seen[own] = true;
    }
    int64_t *list = arena_array(n->arena, most, sizeof *list);
    size_t used = 1;
    for (int own = 1; own <= v->agenda->meetings; own++)
        for (int k = 1; seen[own] && k <= own && k * (int64_t)TIMETABLE_ALL / own <= top; k++)
            list[used++] = k * (int64_t)TIMETABLE_ALL / own;
    qsort(list, used, sizeof *list, by_share);
    *count = 1;
    for (size_t i = 1; i < used; i++)
        if (list[i] != list[*count - 1])
            list[(*count)++] = list[i];
    return list;
}

int64_t quota_share(const struct agenda_view *v, int64_t weight)
{
    struct network n;
    size_t least_bad;
    int64_t twice;
    if (!v->agenda->meetings)
        return TIMETABLE_ALL;
    open_network(&n, v, true);
    const struct flow *best = best_flow(&n, n.arena, &twice);
    int64_t *share = list_shares(&n, &least_bad), most;
    size_t good = 0, look = least_bad - 1; // most often the highest can be had
    for (; good + 1 < least_bad; look = (good + least_bad) / 2) {
        if (can_share(&n, best, share[look], twice - 2 * weight))
            good = look;
        else
            least_bad = look;
    }
    most = share[good];
    arena_free(n.arena);
    return most;
}

// Which side each person is on, when meetings are always between two sides.
static bool has_sides(const struct agenda_view *v, struct arena *arena)
{
    const struct agenda *a = v->agenda;
    signed char *side = arena_array(arena, (size_t)a->people, 1);
    int *queue = arena_array(arena, (size_t)a->people, sizeof *queue);
    for (int start = 0; start < a->people; start++) {
        int head = 0, count = 0;
        if (side[start])
            continue;
        side[start] = 1;
        for (queue[count++] = start; head < count; head++) {
            int p = queue[head];
            for (int i = v->first[p]; i < v->first[p + 1]; i++) {
                const int *pair = a->meeting[v->list[i]].person;
                int other = pair[pair[0] == p];
                if (side[other] == side[p])
                    return false;
                if (!side[other])
                    queue[count++] = other;
                side[other] = (signed char)-side[p];
            }
        }
    }
    return true;
}

static int find_root(int *root, int p)
{
    for (; root[p] != p; p = root[p])
        root[p] = root[root[p]];
    return p;
}

static bool is_simple(const struct agenda_view *v, struct arena *arena)
{
    const struct agenda *a = v->agenda;
    int *met = arena_array(arena, (size_t)a->people, sizeof *met); // the last who met it, from 1
    for (int p = 0; p < a->people; p++)
        for (int i = v->first[p]; i < v->first[p + 1]; i++) {
            const int *pair = a->meeting[v->list[i]].person;
            int other = pair[pair[0] == p];
            if (met[other] == p + 1)
                return false;
            met[other] = p + 1;
        }
    return true;
}

// Nobody meets anybody twice, and the meetings among the busiest people make no circle: then their number of meetings
// is enough slots (Fournier 1973).
static bool is_loose(const struct agenda_view *v, int most, struct arena *arena)
{
    const struct agenda *a = v->agenda;
    int *root = arena_array(arena, (size_t)a->people, sizeof *root);
    if (!is_simple(v, arena))
        return false;
    for (int p = 0; p < a->people; p++)
        root[p] = p;
    for (int m = 0; m < a->meetings; m++) {
        int p = a->meeting[m].person[0], q = a->meeting[m].person[1];
        if (degree(v, p) < most || degree(v, q) < most)
            continue;
        p = find_root(root, p);
        q = find_root(root, q);
        if (p == q)
            return false;
        root[p] = q;
    }
    return true;
}

static int parts(int all, int in_each)
{
    return in_each ? (all + in_each - 1) / in_each : 0;
}

static int session_tables(const struct agenda *a)
{
    int most = 0;
    for (int s = 0; s < a->sessions; s++) {
        uint64_t slots = 0;
        int count = 0;
        for (int t = 0; t < a->slots; t++)
            slots |= (uint64_t)(a->slot[t].session == s) << t;
        for (int m = 0; m < a->meetings; m++)
            count += allowed(a, m) && !(allowed(a, m) & ~slots);
        int tables = parts(count, __builtin_popcountll(slots));
        most = tables > most ? tables : most;
    }
    return most;
}

void quota_needs(struct quota_needs *out, const struct agenda_view *v)
{
    const struct agenda *a = v->agenda;
    struct arena *arena = arena_new();
    *out = (struct quota_needs){.busiest = AGENDA_NONE};
    for (int p = 0; p < a->people; p++)
        if (degree(v, p) > out->meetings) {
            out->busiest = p;
            out->meetings = degree(v, p);
        }
    out->slots = out->meetings;
    out->sides = has_sides(v, arena);
    out->exact = out->sides || is_loose(v, out->meetings, arena);
    out->tables = parts(a->meetings, a->slots);
    out->tables_at = parts(a->meetings, out->slots);
    out->session_tables = session_tables(a);
    arena_free(arena);
}
