// SPDX-License-Identifier: EUPL-1.2
// Knows how a hindrance is said.
#include "core/hindrance.h"

#include "core/slotname.h"

#include <string.h>
#include <strings.h>

#define ITEMS_MOST 8 // of a list of slots that is still short

struct saying {
    const struct agenda *a;
    const struct hindrance *h;
    enum lang lang;
    struct arena *arena;
};

// What is known of a hindrance, and decides which sentence says it.
enum fact {
    MEETING = 1 << 0,
    OTHER = 1 << 1,
    PERSON = 1 << 2,
    BOTH = 1 << 3,    // people
    LOCKED = 1 << 4,  // the other meeting is
    EARLIER = 1 << 5, // than the other meeting, the meeting must be
    LATER = 1 << 6,
    FREE = 1 << 7, // `have` counts the slots, which are all that somebody has: of a session, or at all
    CIRCLE = 1 << 8,
    NONE_LEFT = 1 << 9,  // `have` is none
    SINGLE = 1 << 10,    // one slot
    APART = 1 << 11,     // several
    ONE_TABLE = 1 << 12, // has `have` places in the slots, of several tables
    NO_TABLE = 1 << 13,  // the meeting is locked to one that is no booth of its people, who have some
    BAD_LOCK = 1 << 14,  // the meeting is locked to a slot that it may not have
    BETWEEN = 1 << 15,   // the other meeting and a further one, the meeting must be
};

// {M}: the meeting, at the beginning of the sentence; {m}, {o}: it and the other one within; {p}, {q}: the people; {w}:
// where; {v}: where, if that is several slots; {W}: where, be it everywhere; {t}: the slot; {k}, {l}: those that the
// meeting and the other one are locked to; {b}: the table; {n}, {h}: need and have; {H}: have, in a word when it is
// none; {n|more|one}, {h|more|one}: words of a plural and its singular; {e}: what else keeps those who are busy; {f}: that
// both people are free, where they are given
static const struct pattern {
    enum hindrance_kind kind;
    unsigned facts; // all that it needs; the first that fits is taken
    const char *text[2];
} patterns[] = {
    {HINDRANCE_NO_SLOT,
     BAD_LOCK,
     {"{M} ne peut pas avoir lieu : il est fixé à un créneau que sa session n'a pas, ou qui lui est interdit",
      "{M} cannot take place: it is locked to a slot that its session does not have, or that is forbidden to it"}},
    {HINDRANCE_NO_SLOT,
     NO_TABLE,
     {"{M} ne peut pas avoir lieu : la table à laquelle il est fixé n'est pas celle où l'on reçoit",
      "{M} cannot take place: the table it is locked to is not the booth of those who meet"}},
    {HINDRANCE_NO_SLOT,
     EARLIER | LOCKED,
     {"{M} ne peut pas avoir lieu : il doit précéder {o}, fixé au {l}",
      "{M} cannot take place: it must come before {o}, which is locked to {l}"}},
    {HINDRANCE_NO_SLOT,
     LATER | LOCKED,
     {"{M} ne peut pas avoir lieu : il doit suivre {o}, fixé au {l}",
      "{M} cannot take place: it must come after {o}, which is locked to {l}"}},
    {HINDRANCE_NO_SLOT,
     EARLIER,
     {"{M} ne peut pas avoir lieu : il doit précéder {o}, ce qui ne lui laisse aucun créneau{v}",
      "{M} cannot take place: it must come before {o}, which leaves it no slot{v}"}},
    {HINDRANCE_NO_SLOT,
     LATER,
     {"{M} ne peut pas avoir lieu : il doit suivre {o}, ce qui ne lui laisse aucun créneau{v}",
      "{M} cannot take place: it must come after {o}, which leaves it no slot{v}"}},
    {HINDRANCE_NO_SLOT,
     PERSON | LOCKED,
     {"{M} ne peut pas avoir lieu : {o}, fixé au {l}, n'y laisse à {p} aucun créneau{v}",
      "{M} cannot take place: {o}, which is locked to {l}, leaves {p} no slot for it{v}"}},
    {HINDRANCE_NO_SLOT,
     PERSON | OTHER,
     {"{M} ne peut pas avoir lieu : {o} n'y laisse à {p} aucun créneau{v}",
      "{M} cannot take place: {o} leaves {p} no slot for it{v}"}},
    {HINDRANCE_NO_SLOT,
     OTHER,
     {"{M} ne peut pas avoir lieu : {o} ne lui laisse aucun créneau{v}",
      "{M} cannot take place: {o} leaves it no slot{v}"}},
    {HINDRANCE_NO_SLOT,
     BOTH,
     {"{M} ne peut pas avoir lieu : {p} et {q} ne sont jamais là en même temps{w}",
      "{M} cannot take place: {p} and {q} are never there at the same time{w}"}},
    {HINDRANCE_NO_SLOT,
     PERSON | SINGLE,
     {"{M} ne peut pas avoir lieu : {p} n'est pas là{w}", "{M} cannot take place: {p} is not there{w}"}},
    {HINDRANCE_NO_SLOT,
     PERSON,
     {"{M} ne peut pas avoir lieu : {p} n'est jamais là{w}", "{M} cannot take place: {p} is never there{w}"}},
    {HINDRANCE_NO_SLOT,
     0,
     {"{M} ne peut pas avoir lieu : il ne lui reste aucun créneau{v}",
      "{M} cannot take place: no slot is left for it{v}"}},
    {HINDRANCE_CROWDED,
     BOTH,
     {"{p} et {q}, qui vont ensemble, ont {n} rendez-vous demandé{n|s} ou fixé{n|s}{w} mais n'ont de place que pour "
      "{h}",
      "{p} and {q}, who go together, have {n} locked or requested meeting{n|s}{w} but room for {h} only"}},
    {HINDRANCE_CROWDED,
     FREE,
     {"{p} a {n} rendez-vous demandé{n|s} ou fixé{n|s} mais {H} créneau{h|x} libre{h|s}{w}",
      "{p} has {n} locked or requested meeting{n|s} but {H} free slot{h|s}{w}"}},
    {HINDRANCE_CROWDED,
     0,
     {"{p} a {n} rendez-vous demandé{n|s} ou fixé{n|s}{w} mais n'a de place que pour {h}",
      "{p} has {n} locked or requested meeting{n|s}{w} but room for {h} only"}},
    {HINDRANCE_TABLES,
     MEETING | ONE_TABLE,
     {"{M} n'est pas placé : sa table est prise{w}", "{M} was left out: its table is taken{w}"}},
    {HINDRANCE_TABLES,
     MEETING,
     {"{M} n'est pas placé : toutes les tables sont prises{w}", "{M} was left out: all tables are taken{w}"}},
    {HINDRANCE_TABLES,
     ONE_TABLE,
     {"{n} rendez-vous {n|doivent|doit} avoir lieu à une même table{w}, qui n'a de place que pour {h}",
      "{n} meeting{n|s} must take place at one table{w}, which has room for {h} only"}},
    {HINDRANCE_TABLES,
     0,
     {"{n} rendez-vous {n|doivent|doit} avoir lieu{w}, mais il n'y a de place aux tables que pour {h}",
      "{n} meeting{n|s} must take place{w}, but there is room at the tables for {h} only"}},
    {HINDRANCE_MOST,
     MEETING,
     {"{M} n'est pas placé : {p} en a {n} de demandé{n|s} ou fixé{n|s} et en accepte {h} au plus",
      "{M} was left out: {p} has {n} locked or requested meeting{n|s} and takes {h} at most"}},
    {HINDRANCE_MOST,
     0,
     {"{p} a {n} rendez-vous demandé{n|s} ou fixé{n|s} mais en accepte {h} au plus",
      "{p} has {n} locked or requested meeting{n|s} but takes {h} at most"}},
    {HINDRANCE_ORDER,
     CIRCLE,
     {"L'ordre demandé tourne en rond : {m} devrait avoir lieu avant lui-même",
      "The order asked for runs in a circle: {m} would have to come before itself"}},
    {HINDRANCE_ORDER,
     OTHER | BETWEEN,
     {"{M} n'est pas placé : il doit suivre {o}, placé au {t}, et en précéder un autre ; entre les deux ne reste aucun "
      "créneau{f}",
      "{M} was left out: it must come after {o}, which lies in {t}, and before another; between the two there is no slot "
      "left{f}"}},
    {HINDRANCE_ORDER,
     OTHER | EARLIER,
     {"{M} n'est pas placé : il doit précéder {o}, placé au {t}, avant lequel ne reste aucun créneau{f}",
      "{M} was left out: it must come before {o}, which lies in {t}, and before that there is no slot left{f}"}},
    {HINDRANCE_ORDER,
     OTHER,
     {"{M} n'est pas placé : il doit suivre {o}, placé au {t}, après lequel ne reste aucun créneau{f}",
      "{M} was left out: it must come after {o}, which lies in {t}, and after that there is no slot left{f}"}},
    {HINDRANCE_ORDER,
     NONE_LEFT,
     {"{M} doit suivre une chaîne de {n} rendez-vous, qui ne lui laisse aucun créneau",
      "{M} must come after a chain of {n} meeting{n|s}, which leaves it no slot"}},
    {HINDRANCE_ORDER,
     0,
     {"{M} doit suivre une chaîne de {n} rendez-vous, et il n'y a que {h} créneau{h|x} pour l'ensemble",
      "{M} must come after a chain of {n} meeting{n|s}, and there {h|are|is} only {h} slot{h|s} for all of them"}},
    {HINDRANCE_CLASH,
     MEETING | OTHER | PERSON | APART,
     {"{M}, fixé au {k}, et {o}, fixé au {l}, sont trop proches pour le repos que demande {p}",
      "{M}, locked to {k}, and {o}, locked to {l}, are too close for the rest that {p} asks for"}},
    {HINDRANCE_CLASH,
     BOTH,
     {"{M} et {o} sont tous deux fixés au {t}, mais {p} et {q} ne peuvent pas être dans deux rendez-vous en même temps",
      "{M} and {o} are both locked to {t}, but {p} and {q} cannot be in two meetings at the same time"}},
    {HINDRANCE_CLASH,
     PERSON,
     {"{M} et {o} sont tous deux fixés au {t}, mais {p} ne peut être que dans l'un d'eux",
      "{M} and {o} are both locked to {t}, but {p} can be in one of them only"}},
    {HINDRANCE_CLASH,
     0,
     {"{M} et {o} sont tous deux fixés au {t}, à la même table{b}",
      "{M} and {o} are both locked to {t}, at the same table{b}"}},
    {HINDRANCE_GAPS,
     NONE_LEFT,
     {"{p} aura au moins {n} trou{n|s} entre ses rendez-vous, alors qu'aucun n'est permis",
      "{p} cannot have fewer than {n} gap{n|s} between meetings, but none is allowed"}},
    {HINDRANCE_GAPS,
     0,
     {"{p} aura au moins {n} trou{n|s} entre ses rendez-vous, alors que {h} au plus {h|sont|est} permis",
      "{p} cannot have fewer than {n} gap{n|s} between meetings, but {h} at most {h|are|is} allowed"}},
    {HINDRANCE_BUSY,
     BOTH,
     {"{M} n'est pas placé :{W}, {p} ou {q} rencontre quelqu'un d'autre{e} ou n'est pas là",
      "{M} was left out:{W}, {p} or {q} meets somebody else{e} or is not there"}},
    {HINDRANCE_BUSY,
     0,
     {"{M} n'est pas placé :{W}, {p} rencontre quelqu'un d'autre{e} ou n'est pas là",
      "{M} was left out:{W}, {p} meets somebody else{e} or is not there"}},
    {HINDRANCE_WEIGHED,
     NONE_LEFT,
     {"{M} n'est pas placé : il en écarterait d'autres, au moins aussi souhaités",
      "{M} was left out: it would push out others that are wanted at least as much"}},
    {HINDRANCE_WEIGHED,
     0,
     {"{M} n'est pas placé : il en écarterait d'autres, au moins aussi souhaités, ou en déplacerait qui gardent leur "
      "place",
      "{M} was left out: it would push out others that are wanted at least as much, or move some that keep their "
      "place"}},
    {HINDRANCE_REFUTED,
     MEETING,
     {"{M} ne peut pas être ajouté : une recherche complète montre qu'aucun emploi du temps ne le permet",
      "{M} cannot be added: a complete search shows that no timetable allows it"}},
    {HINDRANCE_REFUTED,
     0,
     {"Aucun emploi du temps ne respecte toutes les règles : une recherche complète le montre",
      "No timetable keeps all the rules: a complete search shows it"}},
    {HINDRANCE_UNDECIDED,
     0,
     {"{M} n'est pas placé : aucune place ne lui a été trouvée dans le temps imparti",
      "{M} was left out: no place was found for it in the time given"}},
};

static const char *either(const struct saying *s, const char *fr, const char *en)
{
    return s->lang == LANG_FR ? fr : en;
}

static const char *person_name(const struct saying *s, int p)
{
    return p == AGENDA_NONE ? either(s, "quelqu'un", "somebody") : s->a->person[p].name;
}

static void put_meeting(struct text *out, const struct saying *s, int m, bool begins)
{
    if (m == AGENDA_NONE) {
        text_put(out, begins ? either(s, "Un rendez-vous", "A meeting") : either(s, "un rendez-vous", "a meeting"));
        return;
    }
    const struct agenda_meeting *meeting = &s->a->meeting[m];
    if (!*meeting->id) {
        text_format(out, "%s %s %s %s", begins ? either(s, "Le rendez-vous entre", "The meeting of") : either(s, "le rendez-vous entre", "the meeting of"),
                    person_name(s, meeting->person[0]), either(s, "et", "and"), person_name(s, meeting->person[1]));
        return;
    }
    text_put(out, begins ? either(s, "Le rendez-vous ", "Meeting ") : either(s, "le rendez-vous ", "meeting "));
    text_format(out, "%s (%s %s %s)", meeting->id, person_name(s, meeting->person[0]), either(s, "et", "and"),
                person_name(s, meeting->person[1]));
}

static void put_slot(struct text *out, const struct saying *s, uint64_t slots)
{
    slotname_put_whole(out, s->a, slots ? __builtin_ctzll(slots) : 0, s->lang);
}

static uint64_t slots_of(const struct agenda *a, int session) // AGENDA_NONE: of all
{
    uint64_t set = 0;
    for (int t = 0; t < a->slots; t++)
        if (session == AGENDA_NONE || a->slot[t].session == session)
            set |= UINT64_C(1) << t;
    return set;
}

// Whether the other person is one whom the person goes with, and has no part in the meeting.
static bool goes_with(const struct saying *s)
{
    const struct hindrance *h = s->h;
    if (h->kind != HINDRANCE_BUSY || h->meeting == AGENDA_NONE || h->other_person == AGENDA_NONE)
        return false;
    const int *p = s->a->meeting[h->meeting].person;
    return h->other_person != p[0] && h->other_person != p[1];
}

// Whether the hindrance's slots are all of these, or all of these in which those concerned are there.
static bool is_all(const struct saying *s, uint64_t of)
{
    uint64_t slots = s->h->slots, all = of, first = of, second = of;
    if (s->h->person != AGENDA_NONE)
        first &= s->a->person[s->h->person].free;
    if (s->h->other_person != AGENDA_NONE && !goes_with(s))
        second &= s->a->person[s->h->other_person].free;
    return slots != 0 && (slots == all || slots == first || slots == second || slots == (first & second));
}

// The session whose slots they are, if its name is enough to tell it from the others.
static int session_of(const struct saying *s)
{
    const struct agenda *a = s->a;
    int found = AGENDA_NONE;
    for (int i = 0; i < a->sessions && found == AGENDA_NONE; i++)
        if (is_all(s, slots_of(a, i)))
            found = i;
    for (int i = 0; i < a->sessions && found != AGENDA_NONE; i++)
        if (i != found && text_equal(a->session[i], a->session[found]))
            return AGENDA_NONE;
    return found;
}

static void put_session(struct text *out, const struct saying *s, const char *name)
{
    static const struct {
        const char *name, *fr, *en;
    } known[] = {
        {"morning", " le matin", " in the morning"},         {"matin", " le matin", " in the morning"},
        {"afternoon", " l'après-midi", " in the afternoon"}, {"après-midi", " l'après-midi", " in the afternoon"},
        {"evening", " le soir", " in the evening"},          {"soir", " le soir", " in the evening"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(name, known[i].name) == 0) {
            text_put(out, either(s, known[i].fr, known[i].en));
            return;
        }
    text_format(out, "%s%s%s", either(s, " dans la session « ", " in session \""), name, either(s, " »", "\""));
}

// The slots as items, each one alone or a run of three and more ("3 à 6"); returns how many there are.
static int runs(uint64_t slots, int first[static AGENDA_SLOTS], int last[static AGENDA_SLOTS])
{
    int count = 0;
    for (int t = 0; t < AGENDA_SLOTS; t++) {
        if (!(slots >> t & 1))
            continue;
        int end = t;
        while (end + 1 < AGENDA_SLOTS && slots >> (end + 1) & 1)
            end++;
        if (end < t + 2)
            end = t;
        first[count] = t;
        last[count++] = end;
        t = end;
    }
    return count;
}

static void put_list(struct text *out, const struct saying *s, uint64_t slots)
{
    int first[AGENDA_SLOTS], last[AGENDA_SLOTS], count = runs(slots, first, last);
    if (count > ITEMS_MOST) {
        const char *the = slotname_timed(s->a) ? "" : either(s, "le ", "");
        text_format(out, "%s%d%s%s", either(s, " dans ", " in "), __builtin_popcountll(slots), either(s, " créneaux entre ", " slots between "), the);
        slotname_put(out, s->a, first[0], s->lang);
        text_format(out, "%s%s", either(s, " et ", " and "), the);
        slotname_put(out, s->a, last[count - 1], s->lang);
        return;
    }
    text_put(out, slotname_timed(s->a) ? either(s, " dans les créneaux de ", " in slots ") : either(s, " dans les créneaux ", " in slots "));
    for (int i = 0; i < count; i++) {
        text_put(out, i == 0 ? "" : i < count - 1 ? ", " : either(s, " et ", " and "));
        slotname_put(out, s->a, first[i], s->lang);
        if (last[i] > first[i]) {
            text_put(out, either(s, " à ", " to "));
            slotname_put(out, s->a, last[i], s->lang);
        }
    }
}

static void put_where(struct text *out, const struct saying *s, char hole)
{
    uint64_t slots = s->h->slots, all = slots_of(s->a, AGENDA_NONE);
    int count = __builtin_popcountll(slots), session = slots == all ? AGENDA_NONE : session_of(s);
    if (hole == 'v' && count == 1)
        return;
    if (session != AGENDA_NONE)
        put_session(out, s, s->a->session[session]);
    else if (slots == 0 || is_all(s, all))
        text_put(out, hole == 'W' ? either(s, " à chaque créneau", " in every slot") : "");
    else if (count == 1) {
        text_put(out, either(s, " dans le ", " in "));
        put_slot(out, s, slots);
    } else
        put_list(out, s, slots);
}

// The table that two meetings were both given, where it is known.
static void put_table(struct text *out, const struct saying *s)
{
    for (int i = 0; i < 2; i++) {
        int m = i == 0 ? s->h->meeting : s->h->other;
        if (m == AGENDA_NONE)
            continue;
        const struct agenda_meeting *meeting = &s->a->meeting[m];
        int table = meeting->table, booth = s->a->person[meeting->person[0]].table;
        booth = booth != AGENDA_NONE ? booth : s->a->person[meeting->person[1]].table;
        table = table != AGENDA_NONE ? table : booth;
        if (table == AGENDA_NONE)
            continue;
        text_format(out, " (%s)", s->a->table[table]);
        return;
    }
}

static bool asked(const struct agenda *a, int first, int second)
{
    for (size_t i = 0; i < a->befores; i++)
        if (a->before[i].first == first && a->before[i].second == second)
            return true;
    return false;
}

// Whether a chain of `need` meetings leads from the meeting back to it.
static bool circles(const struct saying *s)
{
    const struct agenda *a = s->a;
    int m = s->h->meeting;
    bool *after = arena_array(s->arena, (size_t)a->meetings, sizeof *after);
    for (int i = 0; m != AGENDA_NONE && i < s->h->need && !after[m]; i++)
        for (size_t k = 0; k < a->befores; k++)
            after[a->before[k].second] |= a->before[k].first == m || after[a->before[k].first];
    return m == AGENDA_NONE || after[m];
}

static bool lacks_table(const struct agenda *a, int m)
{
    int own = a->meeting[m].table, first = a->person[a->meeting[m].person[0]].table,
        second = a->person[a->meeting[m].person[1]].table;
    bool booth = first != AGENDA_NONE || second != AGENDA_NONE;
    return own != AGENDA_NONE && booth && own != first && own != second;
}

static unsigned facts(const struct saying *s)
{
    const struct agenda *a = s->a;
    const struct hindrance *h = s->h;
    bool known = h->slots == 0 || is_all(s, slots_of(a, AGENDA_NONE)) || session_of(s) != AGENDA_NONE;
    unsigned f = 0;
    f |= h->meeting != AGENDA_NONE ? MEETING : 0;
    f |= h->person != AGENDA_NONE ? PERSON : 0;
    f |= h->person != AGENDA_NONE && h->other_person != AGENDA_NONE && !goes_with(s) ? BOTH : 0;
    f |= known && h->have == __builtin_popcountll(h->slots) ? FREE : 0;
    f |= h->have <= 0 ? NONE_LEFT : 0;
    f |= h->kind == HINDRANCE_ORDER && h->have == 0 && h->other == AGENDA_NONE && circles(s) ? CIRCLE : 0;
    f |= h->slots == 0 ? 0 : __builtin_popcountll(h->slots) == 1 ? SINGLE : APART;
    f |= h->meeting != AGENDA_NONE && lacks_table(a, h->meeting) ? NO_TABLE : 0;
    f |= h->meeting != AGENDA_NONE && a->meeting[h->meeting].locked && !a->meeting[h->meeting].slots ? BAD_LOCK : 0;
    f |= h->need > 1 ? BETWEEN : 0;
    f |= a->tables > 1 && h->slots != 0 && h->have == __builtin_popcountll(h->slots) ? ONE_TABLE : 0;
    if (h->other == AGENDA_NONE)
        return f;
    f |= a->meeting[h->other].locked ? OTHER | LOCKED : OTHER;
    f |= asked(a, h->meeting, h->other) ? EARLIER : 0;
    f |= asked(a, h->other, h->meeting) ? LATER : 0;
    return f;
}

static const char *pattern_of(const struct saying *s)
{
    unsigned known = facts(s);
    const struct pattern *p = patterns;
    while (p->kind != s->h->kind || (p->facts & ~known) != 0)
        p++;
    return p->text[s->lang];
}

static void put_else(struct text *out, const struct saying *s)
{
    if (s->h->need & HINDRANCE_RESTS)
        text_put(out, either(s, ", se repose", ", rests"));
    if (s->h->need & HINDRANCE_TOGETHER && goes_with(s))
        text_format(out, "%s%s%s", either(s, ", va avec ", ", goes with "), person_name(s, s->h->other_person),
                    either(s, " (en rendez-vous)", " (who meets somebody)"));
    else if (s->h->need & HINDRANCE_TOGETHER)
        text_put(out, either(s, ", va avec quelqu'un qui est en rendez-vous", ", goes with somebody who is in a meeting"));
}

static void put_free(struct text *out, const struct saying *s)
{
    if (s->h->person != AGENDA_NONE)
        text_format(out, "%s%s%s%s%s", either(s, " où ", " in which "), person_name(s, s->h->person), either(s, " et ", " and "),
                    person_name(s, s->h->other_person), either(s, " soient tous deux libres", " are both free"));
}

// {n|more|one}; returns what follows it.
static const char *put_plural(struct text *out, const char *hole, int number)
{
    const char *more = hole + 3, *end = more + strcspn(more, "|}"), *close = end + strcspn(end, "}");
    if (number > 1)
        text_add(out, more, (size_t)(end - more));
    else if (*end == '|')
        text_add(out, end + 1, (size_t)(close - end - 1));
    return close + 1;
}

static const char *put_hole(struct text *out, const struct saying *s, const char *hole)
{
    const struct hindrance *h = s->h;
    char letter = hole[1];
    int number = letter == 'n' ? h->need : h->have;
    if (hole[2] == '|')
        return put_plural(out, hole, number);
    if (letter == 'M' || letter == 'm' || letter == 'o')
        put_meeting(out, s, letter == 'o' ? h->other : h->meeting, letter == 'M');
    else if (letter == 'p' || letter == 'q')
        text_put(out, person_name(s, letter == 'p' ? h->person : h->other_person));
    else if (letter == 'w' || letter == 'v' || letter == 'W')
        put_where(out, s, letter);
    else if (letter == 't')
        put_slot(out, s, h->slots);
    else if (letter == 'k' || letter == 'l')
        put_slot(out, s, s->a->meeting[letter == 'k' ? h->meeting : h->other].slots);
    else if (letter == 'b')
        put_table(out, s);
    else if (letter == 'e')
        put_else(out, s);
    else if (letter == 'f')
        put_free(out, s);
    else if (letter == 'H' && number == 0)
        text_put(out, either(s, "aucun", "no"));
    else
        text_format(out, "%d", number);
    return hole + 3;
}

const char *hindrance_text(const struct agenda *a, const struct hindrance *h, enum lang lang, struct arena *arena)
{
    const struct saying s = {a, h, lang, arena};
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    for (const char *p = pattern_of(&s); *p;) {
        if (*p == '{')
            p = put_hole(&t, &s, p);
        else
            text_byte(&t, *p++);
    }
    const char *out = arena_copy(arena, text_string(&t), t.len);
    text_fini(&t);
    return out;
}
