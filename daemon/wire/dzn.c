// SPDX-License-Identifier: EUPL-1.2
// Knows what the literature's data for the scheduling of meetings says.
#include "wire/dzn.h"

#include "wire/minizinc.h"

enum { PEOPLE, MEETINGS, TABLES, SLOTS, MORNING, REQUESTED, BARRED, FIXED, BEFORE, DEGREE, MEETINGS_OF, VARIABLES };

// Those up to REQUESTED are needed.
static const struct minizinc_variable variables[VARIABLES] = {
    [PEOPLE] = {"nBusiness", MINIZINC_ONE},
    [MEETINGS] = {"nMeetings", MINIZINC_ONE},
    [TABLES] = {"nTables", MINIZINC_ONE},
    [SLOTS] = {"nTotalSlots", MINIZINC_ONE},
    [MORNING] = {"nMorningSlots", MINIZINC_ONE},
    [REQUESTED] = {"requested", MINIZINC_GRID},
    [BARRED] = {"forbidden", MINIZINC_SETS},
    [FIXED] = {"fixed", MINIZINC_NUMBERS},
    [BEFORE] = {"precedences", MINIZINC_SETS},
    [DEGREE] = {"nMeetingsBusiness", MINIZINC_NUMBERS},
    [MEETINGS_OF] = {"meetingsxBusiness", MINIZINC_SETS},
};

// An array has one element for each of these.
static const int counted[VARIABLES] = {[REQUESTED] = MEETINGS, [BARRED] = PEOPLE, [FIXED] = MEETINGS,
                                       [BEFORE] = MEETINGS,    [DEGREE] = PEOPLE, [MEETINGS_OF] = PEOPLE};

_Static_assert(MINIZINC_HELD <= AGENDA_PAIRS, "all precedences that can be held are within the limit");

struct reading {
    struct minizinc z;
    int *seen, *list; // of one set: the numbers, and in which set each stood last
    int stamp;        // number of that set
};

static int only(const struct reading *r, int variable)
{
    return r->z.range[r->z.row[r->z.value[variable].first].first].low;
}

static bool limited(struct reading *r, int variable, int least, int most)
{
    int n = only(r, variable);
    return (n >= least && n <= most) || minizinc_fail(&r->z, variable, 0, "%d to %d expected, not %d", least, most, n);
}

// Whether all is there that is needed, as often as it must be.
static bool check_counts(struct reading *r)
{
    for (int i = 0; i <= REQUESTED; i++)
        if (!r->z.value[i].line)
            return minizinc_fail(&r->z, i, 0, "%s is missing", variables[i].name);
    if (!limited(r, PEOPLE, 0, AGENDA_PEOPLE) || !limited(r, MEETINGS, 0, AGENDA_MEETINGS) ||
        !limited(r, TABLES, 1, AGENDA_TABLES) || !limited(r, SLOTS, 1, AGENDA_SLOTS) ||
        !limited(r, MORNING, 0, only(r, SLOTS)))
        return false;
    for (int i = REQUESTED; i < VARIABLES; i++) {
        size_t given = r->z.value[i].count;
        if (r->z.value[i].line && given != (size_t)only(r, counted[i]))
            return minizinc_fail(&r->z, i, 0, "%d expected (%s), not %zu", only(r, counted[i]),
                                 variables[counted[i]].name, given);
    }
    return true;
}

// The numbers of a set, which are from least to most, each there once; valid until the next set.
static bool numbers(struct reading *r, int variable, int i, int least, int most, int **out, size_t *count)
{
    const struct minizinc_row *row = minizinc_row(&r->z, variable, i);
    r->stamp++;
    *count = 0;
    *out = r->list;
    for (const struct minizinc_range *g = r->z.range + row->first; g < r->z.range + row->first + row->count; g++)
        for (int n = g->low; n <= g->high; n++) {
            if (n < least || n > most)
                return minizinc_fail(&r->z, variable, i + 1, "%d to %d expected, not %d", least, most, n);
            if (r->seen[n] == r->stamp)
                return minizinc_fail(&r->z, variable, i + 1, "%d stands there twice", n);
            r->seen[n] = r->stamp;
            r->list[(*count)++] = n;
        }
    return true;
}

static uint64_t low_bits(int n)
{
    return n == AGENDA_SLOTS ? UINT64_MAX : (1ULL << n) - 1;
}

// The names "1", "2" and so on.
static const char **numbered(struct reading *r, int count)
{
    const char **names = arena_array(r->z.arena, (size_t)count, sizeof *names);
    for (int i = 0; i < count; i++)
        names[i] = arena_format(r->z.arena, "%d", i + 1);
    return names;
}

static void make_slots(struct reading *r, struct agenda *a)
{
    int morning = only(r, MORNING);
    struct agenda_slot *slots = arena_array(r->z.arena, (size_t)a->slots, sizeof *slots);
    const char **sessions = arena_array(r->z.arena, 2, sizeof *sessions);
    a->sessions = (morning > 0) + (morning < a->slots);
    for (int t = 0; t < a->slots; t++) {
        slots[t] = (struct agenda_slot){.session = t >= morning && a->sessions == 2, .start = -1};
        sessions[slots[t].session] = t < morning ? "morning" : "afternoon";
    }
    a->slot = slots;
    a->session = sessions;
}

static bool read_people(struct reading *r, struct agenda *a)
{
    struct agenda_person *people = arena_array(r->z.arena, (size_t)a->people, sizeof *people);
    const char **names = numbered(r, a->people);
    for (int i = 0; i < a->people; i++) {
        size_t count;
        int *slots;
        people[i] = (struct agenda_person){names[i], names[i], NULL, low_bits(a->slots), 0, 0, AGENDA_NONE};
        if (!numbers(r, BARRED, i, 0, a->slots, &slots, &count))
            return false;
        for (size_t k = 0; k < count; k++)
            people[i].free &= slots[k] ? ~(1ULL << (slots[k] - 1)) : UINT64_MAX;
    }
    a->person = people;
    return true;
}

static bool read_request(struct reading *r, const struct agenda *a, int i, struct agenda_meeting *m)
{
    const struct minizinc_row *row = minizinc_row(&r->z, REQUESTED, i);
    const struct minizinc_range *g = r->z.range + row->first;
    uint64_t all = low_bits(a->slots), morning = low_bits(only(r, MORNING));
    if (row->count != 3)
        return minizinc_fail(&r->z, REQUESTED, i + 1, "two people and a session expected, not %zu numbers", row->count);
    for (int side = 0; side < 2; side++) {
        if (g[side].low < 1 || g[side].low > a->people)
            return minizinc_fail(&r->z, REQUESTED, i + 1, "people 1 to %d expected, not %d", a->people, g[side].low);
        m->person[side] = g[side].low - 1;
    }
    if (m->person[0] == m->person[1])
        return minizinc_fail(&r->z, REQUESTED, i + 1, "two people expected, not %d twice", g->low);
    if (g[2].low < 1 || g[2].low > 3)
        return minizinc_fail(&r->z, REQUESTED, i + 1, "session 1, 2 or 3 expected, not %d", g[2].low);
    m->slots = g[2].low == 1 ? morning : g[2].low == 2 ? all & ~morning : all;
    return true;
}

static bool read_meetings(struct reading *r, struct agenda *a)
{
    struct agenda_meeting *meetings = arena_array(r->z.arena, (size_t)a->meetings, sizeof *meetings);
    const char **names = numbered(r, a->meetings);
    for (int i = 0; i < a->meetings; i++) {
        struct agenda_meeting *m = &meetings[i];
        *m = (struct agenda_meeting){
            .id = names[i], .weight = 1, .table = AGENDA_NONE, .old_slot = AGENDA_NONE, .old_table = AGENDA_NONE};
        if (!read_request(r, a, i, m))
            return false;
        const struct minizinc_row *row = minizinc_row(&r->z, FIXED, i);
        int slot = row->count ? r->z.range[row->first].low : 0;
        if (slot < 0 || slot > a->slots)
            return minizinc_fail(&r->z, FIXED, i + 1, "slot 1 to %d expected, or 0, not %d", a->slots, slot);
        m->locked = slot > 0;
        m->slots &= slot ? 1ULL << (slot - 1) : UINT64_MAX;
    }
    a->meeting = meetings;
    return true;
}

static bool read_before(struct reading *r, struct agenda *a)
{
    struct agenda_pair *pairs = arena_array(r->z.arena, (size_t)r->z.held, sizeof *pairs);
    for (int m = 0; m < a->meetings; m++) {
        size_t count;
        int *before;
        if (!numbers(r, BEFORE, m, 1, a->meetings, &before, &count))
            return false;
        if (r->seen[m + 1] == r->stamp)
            return minizinc_fail(&r->z, BEFORE, m + 1, "other meetings than itself expected");
        for (size_t k = 0; k < count; k++)
            pairs[a->befores++] = (struct agenda_pair){before[k] - 1, m};
    }
    a->before = pairs;
    return true;
}

// What is said of people's meetings a second time.
static bool check_meetings(struct reading *r, const struct agenda *a)
{
    int *degree = arena_array(r->z.arena, (size_t)a->people, sizeof *degree);
    for (int m = 0; m < a->meetings; m++)
        for (int side = 0; side < 2; side++)
            degree[a->meeting[m].person[side]]++;
    for (int p = 0; p < a->people; p++) {
        const struct minizinc_row *said = minizinc_row(&r->z, DEGREE, p), *row = minizinc_row(&r->z, MEETINGS_OF, p);
        int *meetings, own = 0;
        size_t count;
        if (said->count && r->z.range[said->first].low != degree[p])
            return minizinc_fail(&r->z, DEGREE, p + 1, "%d expected, as in requested", degree[p]);
        if (!numbers(r, MEETINGS_OF, p, 1, a->meetings + 1, &meetings, &count))
            return false;
        for (size_t k = 0; k < count; k++) { // 1 stands for none
            const int *person = meetings[k] > 1 ? a->meeting[meetings[k] - 2].person : NULL;
            if (person && person[0] != p && person[1] != p)
                return minizinc_fail(&r->z, MEETINGS_OF, p + 1, "in requested %d has no part in it", p + 1);
            own += person != NULL;
        }
        if (row->line && own != degree[p])
            return minizinc_fail(&r->z, MEETINGS_OF, p + 1, "%d meetings expected, as in requested", degree[p]);
    }
    return true;
}

bool dzn_looks(const char *bytes, size_t len)
{
    return minizinc_looks(bytes, len);
}

bool dzn_read(struct agenda *out, const char *bytes, size_t len, struct arena *arena, struct faults *faults)
{
    struct reading r = {0};
    struct agenda a = {.name = "", .complete = true};
    if (!minizinc_read(&r.z, variables, VARIABLES, bytes, len, arena, faults) || !check_counts(&r))
        return false;
    a.people = only(&r, PEOPLE);
    a.meetings = only(&r, MEETINGS);
    a.tables = only(&r, TABLES);
    a.slots = only(&r, SLOTS);
    a.table = numbered(&r, a.tables);
    size_t most = (size_t)(a.meetings + 1 > a.slots ? a.meetings + 1 : a.slots);
    r.seen = arena_array(arena, most + 1, sizeof *r.seen);
    r.list = arena_array(arena, most + 1, sizeof *r.list);
    make_slots(&r, &a);
    if (!read_people(&r, &a) || !read_meetings(&r, &a) || !read_before(&r, &a) || !check_meetings(&r, &a))
        return false;
    *out = a;
    return true;
}
