// SPDX-License-Identifier: EUPL-1.2
// Knows how offers and needs are spread: over trades, places, values, kinds and words.
#include "workload.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMUNES 33426
#define OVERSEAS_COMMUNES 20 // of a département whose INSEE codes leave room for 99
#define FIRST_COMMUNE 400    // number of the first one in its département: below lie arrondissements
#define DIVISIONS 45
#define NODES 8043
#define DAY 86400
#define TODAY 20468 // 2026-01-15
#define MOST_PREFIXES 6
#define BUYERS 2000
#define FAMILIAR 10000 // suppliers that needs may name: those of the smallest workload

struct node {
    struct cpv cpv;
    uint8_t children;
    uint16_t child[9];
};

struct departement {
    struct place place;
    struct point centre;
    double km;                      // of the disc in which its communes lie
    size_t region, communes, first; // first: its first commune in the list
    uint8_t nearest[WORKLOAD_DEPARTEMENTS];
};

struct workload {
    uint64_t seed;
    struct arena *arena;
    struct gazetteer *places;
    struct place france, regions[32], *communes;
    int region_number[32];
    size_t region_count, departement_count;
    struct departement departements[WORKLOAD_DEPARTEMENTS];
    struct node nodes[NODES]; // the divisions first
    const char *words[WORKLOAD_WORDS], *labels[WORKLOAD_LABELS];
    // Sums of weights.
    double by_division[DIVISIONS], by_people[WORKLOAD_DEPARTEMENTS], by_commune[512], by_word[WORKLOAD_WORDS],
        by_label[WORKLOAD_LABELS], label_chance[WORKLOAD_LABELS];
};

// Numbers: splitmix64, and functions that give the same bits on every machine. Draws are parted into statements: the
// order in which operands and initializers are evaluated is the compiler's.

struct stream {
    uint64_t state;
};

enum { STREAM_TREE = 1, STREAM_PLACES, STREAM_SUPPLIER, STREAM_CAPABILITIES, STREAM_NEED };

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t next(struct stream *s)
{
    return mix(s->state += 0x9e3779b97f4a7c15u);
}

static struct stream stream_of(const struct workload *w, uint64_t what, uint64_t number, uint64_t version)
{
    return (struct stream){mix(mix(w->seed ^ what << 56) + mix(number << 8 | what) + version * 0x9e3779b97f4a7c15u)};
}

static double uniform(struct stream *s)
{
    return (double)(next(s) >> 11) / 9007199254740992.0;
}

static size_t below(struct stream *s, size_t n)
{
    return (size_t)((next(s) >> 32) * (uint64_t)n >> 32);
}

static bool chance(struct stream *s, double p)
{
    return uniform(s) < p;
}

// Index into a list of sums of weights.
static size_t pick_sum(struct stream *s, const double *sums, size_t count)
{
    double x = uniform(s) * sums[count - 1];
    size_t low = 0, high = count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (x < sums[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static size_t pick(struct stream *s, const double *weights, size_t count)
{
    double x = uniform(s), sum = 0;
    for (size_t i = 0; i < count; i++)
        if (x < (sum += weights[i]))
            return i;
    return count - 1;
}

static double normal(struct stream *s)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += uniform(s);
    return sum;
}

static double exponential(double x)
{
    x /= 4096;
    double y = 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4)));
    for (int i = 0; i < 12; i++)
        y *= y;
    return y;
}

static double lognormal(struct stream *s, double median, double sigma)
{
    return median * exponential(sigma * normal(s));
}

// ln(n / (n - 1)), by the series of the inverse hyperbolic tangent.
static double log_step(size_t n)
{
    double t = 1.0 / (2.0 * (double)n - 1), square = t * t, power = t, sum = 0;
    for (int i = 1; i < 40; i += 2, power *= square)
        sum += power / i;
    return 2 * sum;
}

static void zipf(double *sums, size_t count, double exponent)
{
    double log = 0, sum = 0;
    for (size_t i = 1; i <= count; i++) {
        log += i > 1 ? log_step(i) : 0;
        sums[i - 1] = sum += exponential(-exponent * log);
    }
}

// Whole euros with two digits that say something, at most a thousand millions.
static int64_t euros(double x)
{
    int64_t unit = 1;
    double capped = x < 1e9 ? x : 1e9;
    while (capped >= 100 * (double)unit)
        unit *= 10;
    return (int64_t)(capped / (double)unit) * unit;
}

// The CPV tree

static const struct {
    uint8_t division;
    double weight;
} divisions[DIVISIONS] = {
    {3, .6},   {9, .6},  {14, .6}, {15, 5},   {16, .6}, {18, 1.5}, {19, .6}, {22, 1.5}, {24, .6},
    {30, 1.5}, {31, .8}, {32, .8}, {33, 2},   {34, 2},  {35, .6},  {37, .8}, {38, .6},  {39, 5},
    {41, .6},  {42, .6}, {43, .6}, {44, 1.5}, {45, 18}, {48, .8},  {50, 4},  {51, .6},  {55, 7},
    {60, 2},   {63, .8}, {64, .6}, {65, .6},  {66, .6}, {70, .8},  {71, 4},  {72, 3},   {73, .6},
    {75, .6},  {76, .6}, {77, 9},  {79, 10},  {80, 4},  {85, 7},   {90, 12}, {92, 2},   {98, 5},
};

static void adopt(struct workload *w, size_t parent, size_t child, uint32_t unit)
{
    struct node *p = &w->nodes[parent];
    p->child[p->children++] = (uint16_t)child;
    w->nodes[child].cpv = cpv_of(p->cpv.code + p->children * unit);
}

static void make_tree(struct workload *w)
{
    static const size_t at_digits[] = {257, 885, 1945, 3036, 1451, 424}; // of 3 .. 8
    struct stream s = stream_of(w, STREAM_TREE, 0, 0);
    size_t from = 0, to = DIVISIONS;
    uint32_t unit = 100000;
    for (size_t i = 0; i < DIVISIONS; i++) {
        w->nodes[i].cpv = cpv_of(divisions[i].division * 1000000u);
        w->by_division[i] = divisions[i].weight + (i ? w->by_division[i - 1] : 0);
    }
    for (size_t level = 0; level < 6; level++, unit /= 10) {
        for (size_t k = 0; k < at_digits[level]; k++) {
            size_t parent = level == 0 && k < DIVISIONS ? k : from + below(&s, to - from);
            while (w->nodes[parent].children == 9)
                parent = from + below(&s, to - from);
            adopt(w, parent, to + k, unit);
        }
        from = to;
        to += at_digits[level];
    }
}

// A code of so many digits in the division, of fewer where the tree ends. Of siblings the n-th has a weight of 1/n.
static struct cpv draw_code(const struct workload *w, struct stream *s, size_t division, int digits)
{
    static const double sums[] = {1,    1.5,         1.833333333, 2.083333333, 2.283333333,
                                  2.45, 2.592857143, 2.717857143, 2.828968254};
    const struct node *n = &w->nodes[division];
    while (n->cpv.digits < digits && n->children)
        n = &w->nodes[n->child[pick_sum(s, sums, n->children)]];
    return n->cpv;
}

// Digits from the shares of 2, 3, 4, 5, and 6 or more.
static int draw_digits(struct stream *s, const double *shares)
{
    int digits = 2 + (int)pick(s, shares, 5);
    while (digits >= 6 && digits < 8 && chance(s, .4))
        digits++;
    return digits;
}

static size_t draw_division(const struct workload *w, struct stream *s)
{
    return pick_sum(s, w->by_division, DIVISIONS);
}

// What is bought by a code of this division.
static unsigned trade(size_t division)
{
    uint8_t d = divisions[division].division;
    return d == 45 ? SERVICE_WORKS : d < 45 || d == 48 ? SERVICE_SUPPLIES : SERVICE_SERVICES;
}

static size_t division_of(struct cpv cpv)
{
    size_t i = 0;
    while (divisions[i].division != cpv.code / 1000000)
        i++;
    return i;
}

// Places

static const struct {
    const char *code;
    uint16_t people; // thousands
} populations[WORKLOAD_DEPARTEMENTS] = {
    {"01", 663},  {"02", 527},  {"03", 335},  {"04", 166},  {"05", 141},  {"06", 1104}, {"07", 331},  {"08", 269},
    {"09", 155},  {"10", 311},  {"11", 377},  {"12", 279},  {"13", 2057}, {"14", 699},  {"15", 144},  {"16", 351},
    {"17", 661},  {"18", 299},  {"19", 239},  {"21", 535},  {"22", 605},  {"23", 115},  {"24", 413},  {"25", 549},
    {"26", 519},  {"27", 598},  {"28", 432},  {"29", 921},  {"2A", 162},  {"2B", 184},  {"30", 756},  {"31", 1434},
    {"32", 192},  {"33", 1654}, {"34", 1201}, {"35", 1098}, {"36", 217},  {"37", 612},  {"38", 1285}, {"39", 259},
    {"40", 423},  {"41", 328},  {"42", 770},  {"43", 227},  {"44", 1457}, {"45", 685},  {"46", 174},  {"47", 330},
    {"48", 77},   {"49", 823},  {"50", 494},  {"51", 564},  {"52", 170},  {"53", 306},  {"54", 732},  {"55", 181},
    {"56", 773},  {"57", 1049}, {"58", 202},  {"59", 2611}, {"60", 830},  {"61", 277},  {"62", 1461}, {"63", 662},
    {"64", 693},  {"65", 230},  {"66", 487},  {"67", 1152}, {"68", 767},  {"69", 1893}, {"70", 234},  {"71", 549},
    {"72", 566},  {"73", 442},  {"74", 841},  {"75", 2133}, {"76", 1255}, {"77", 1438}, {"78", 1456}, {"79", 375},
    {"80", 566},  {"81", 393},  {"82", 263},  {"83", 1095}, {"84", 565},  {"85", 697},  {"86", 438},  {"87", 371},
    {"88", 361},  {"89", 334},  {"90", 139},  {"91", 1313}, {"92", 1635}, {"93", 1668}, {"94", 1415}, {"95", 1256},
    {"971", 384}, {"972", 361}, {"973", 287}, {"974", 871}, {"976", 300},
};

static void must(enum err err)
{
    if (err) {
        fprintf(stderr, "workload: %s\n", err_word(err));
        abort();
    }
}

static double disc_km(const char *code)
{
    static const struct {
        const char *code;
        double km;
    } small[] = {{"75", 5.5}, {"92", 8}, {"93", 8}, {"94", 9}, {"95", 18}, {"91", 20}, {"77", 25}, {"78", 25}};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (strcmp(small[i].code, code) == 0)
            return small[i].km;
    return 42;
}

// The next line of a table cut at its tabs; false at the end.
static bool read_row(FILE *f, char *line, size_t room, char **columns, size_t count)
{
    if (!fgets(line, (int)room, f))
        return false;
    line[strcspn(line, "\n")] = 0;
    for (size_t i = 0; i < count; i++) {
        columns[i] = line;
        line += strcspn(line, "\t");
        if (*line)
            *line++ = 0;
    }
    return true;
}

static size_t region_index(const struct workload *w, int number)
{
    size_t i = 0;
    while (w->region_number[i] != number)
        i++;
    return i;
}

static void add_departement(struct workload *w, char **c)
{
    size_t i = w->departement_count;
    if (i == WORKLOAD_DEPARTEMENTS || strcmp(c[0], populations[i].code) != 0)
        return; // overseas collectivities
    struct departement *d = &w->departements[w->departement_count++];
    d->centre = (struct point){strtod(c[6], NULL), strtod(c[7], NULL), true};
    d->km = disc_km(c[0]);
    d->region = region_index(w, atoi(c[2]));
    w->by_people[i] = populations[i].people + (i ? w->by_people[i - 1] : 0);
    must(place_add_departement(w->places, c[0], c[1], c[2], c[3], c[4], c[5], d->centre));
}

static bool read_places(struct workload *w, const char *reference)
{
    static const struct {
        const char *file;
        size_t columns;
    } tables[] = {{"region.tsv", 3}, {"departement.tsv", 8}};
    for (size_t t = 0; t < 2; t++) {
        char path[4096], line[1024], *columns[8];
        snprintf(path, sizeof path, "%s/%s", reference, tables[t].file);
        FILE *f = fopen(path, "r");
        if (!f) {
            perror(path);
            return false;
        }
        for (bool head = true; read_row(f, line, sizeof line, columns, tables[t].columns); head = false) {
            if (head)
                continue;
            if (t == 1)
                add_departement(w, columns);
            else if (strlen(columns[0]) == 2) {
                w->region_number[w->region_count++] = atoi(columns[0]);
                must(place_add_region(w->places, columns[0], columns[1]));
            }
        }
        fclose(f);
    }
    return w->departement_count == WORKLOAD_DEPARTEMENTS;
}

// A point of the disc around the centre, with four decimals.
static struct point draw_point(struct stream *s, struct point centre, double km)
{
    double x, y, degree = 111.2;
    do {
        x = 2 * uniform(s) - 1;
        y = 2 * uniform(s) - 1;
    } while (x * x + y * y > 1);
    double lat = centre.lat + y * km / degree;
    double lon = centre.lon + x * km / (degree * cos(centre.lat * (M_PI / 180)));
    return (struct point){round(lat * 1e4) / 1e4, round(lon * 1e4) / 1e4, true};
}

static void make_communes(struct workload *w)
{
    const size_t overseas = 5, mainland = WORKLOAD_DEPARTEMENTS - overseas,
                 left = COMMUNES - overseas * OVERSEAS_COMMUNES;
    struct stream s = stream_of(w, STREAM_PLACES, 0, 0);
    size_t at = 0;
    w->communes = arena_array(w->arena, COMMUNES, sizeof *w->communes);
    for (size_t i = 0; i < WORKLOAD_DEPARTEMENTS; i++) {
        struct departement *d = &w->departements[i];
        const char *code = populations[i].code;
        bool near = i < mainland;
        d->first = at;
        d->communes = near ? left / mainland + (i < left % mainland) : OVERSEAS_COMMUNES;
        for (size_t k = 0; k < d->communes; k++, at++) {
            const char *text = arena_format(w->arena, near ? "commune:%s%03zu" : "commune:%s%02zu", code,
                                            near ? FIRST_COMMUNE + k : k + 40);
            const char *name = strchr(text, ':') + 1;
            must(place_add_commune(w->places, name, name, "", draw_point(&s, d->centre, d->km)));
            must(place_parse(w->places, text, w->arena, &w->communes[at]));
        }
    }
}

static void make_zones(struct workload *w)
{
    must(place_parse(w->places, "FR", w->arena, &w->france));
    for (size_t i = 0; i < w->region_count; i++)
        must(place_parse(w->places, arena_format(w->arena, "region:%02d", w->region_number[i]), w->arena,
                         &w->regions[i]));
    for (size_t i = 0; i < WORKLOAD_DEPARTEMENTS; i++) {
        struct departement *d = &w->departements[i];
        must(
            place_parse(w->places, arena_format(w->arena, "departement:%s", populations[i].code), w->arena, &d->place));
        for (size_t k = 0; k < WORKLOAD_DEPARTEMENTS; k++) { // sorted as it grows; itself is the first
            size_t at = k;
            double km = place_distance(d->centre, w->departements[k].centre);
            for (; at > 0 && place_distance(d->centre, w->departements[d->nearest[at - 1]].centre) > km; at--)
                d->nearest[at] = d->nearest[at - 1];
            d->nearest[at] = (uint8_t)k;
        }
    }
}

// Words: four consonants each, which no stemmer changes.

static const char letters[] = "bdfgkmpz";

static void make_words(struct workload *w)
{
    for (unsigned i = 0; i < WORKLOAD_WORDS; i++)
        w->words[i] = arena_format(w->arena, "%c%c%c%c", letters[i >> 9], letters[i >> 6 & 7], letters[i >> 3 & 7],
                                   letters[i & 7]);
    for (int i = 0; i < WORKLOAD_LABELS; i++) {
        w->labels[i] = arena_format(w->arena, "label %02d", i);
        w->label_chance[i] = i ? w->label_chance[i - 1] * .87 : .55;
        w->by_label[i] = w->label_chance[i] + (i ? w->by_label[i - 1] : 0);
    }
    zipf(w->by_word, WORKLOAD_WORDS, 1);
    zipf(w->by_commune, sizeof w->by_commune / sizeof *w->by_commune, 1.05);
}

int workload_word_id(const char *word)
{
    int id = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *at = word[i] ? strchr(letters, word[i]) : NULL;
        if (!at)
            return -1;
        id = id * 8 + (int)(at - letters);
    }
    return word[4] ? -1 : id;
}

const char *workload_word(const struct workload *w, int id)
{
    return w->words[id];
}

int workload_label_id(const char *label)
{
    return atoi(label + strlen("label "));
}

int workload_region(const struct workload *w, size_t departement)
{
    return w->region_number[w->departements[departement].region];
}

const struct gazetteer *workload_places(const struct workload *w)
{
    return w->places;
}

int64_t workload_now(void)
{
    return (int64_t)TODAY * DAY + 43200;
}

struct workload *workload_new(uint64_t seed, const char *reference)
{
    struct workload *w = memory_new(sizeof *w);
    memset(w, 0, sizeof *w);
    w->seed = seed;
    w->arena = arena_new();
    w->places = place_gazetteer_new();
    if (!read_places(w, reference)) {
        fprintf(stderr, "workload: %s does not have the départements\n", reference);
        workload_free(w);
        return NULL;
    }
    make_tree(w);
    make_communes(w);
    make_zones(w);
    make_words(w);
    return w;
}

void workload_free(struct workload *w)
{
    if (!w)
        return;
    place_gazetteer_free(w->places);
    arena_free(w->arena);
    free(w);
}

// Lists of texts

static void push(struct strings *list, const char *text)
{
    list->list[list->count++] = text;
}

static struct strings room_for(struct arena *arena, size_t count)
{
    return (struct strings){0, arena_array(arena, count, sizeof(const char *))};
}

static const char *draw_word(const struct workload *w, struct stream *s)
{
    return w->words[pick_sum(s, w->by_word, WORKLOAD_WORDS)];
}

static const char *draw_text(const struct workload *w, struct stream *s, size_t words, struct arena *arena)
{
    char *text = arena_array(arena, words, 5), *to = text;
    for (size_t i = 0; i < words; i++) {
        memcpy(to, draw_word(w, s), 4);
        to[4] = ' ';
        to += 5;
    }
    to[-1] = 0;
    return text;
}

// So many different labels, by popularity.
static struct strings draw_labels(const struct workload *w, struct stream *s, size_t count, struct arena *arena)
{
    struct strings out = room_for(arena, count);
    unsigned taken = 0;
    while (out.count < count) {
        size_t label = pick_sum(s, w->by_label, WORKLOAD_LABELS);
        if (!(taken >> label & 1))
            push(&out, w->labels[label]);
        taken |= 1u << label;
    }
    return out;
}

static void supplier_siret(uint32_t number, char out[static 15])
{
    snprintf(out, 15, "%09u00010", 100000000u + number);
}

static void buyer_siret(struct stream *s, char out[static 15])
{
    snprintf(out, 15, "%09zu00010", (size_t)200000000 + below(s, BUYERS));
}

// Offers

static size_t draw_seat(const struct workload *w, struct stream *s, size_t *departement)
{
    *departement = pick_sum(s, w->by_people, WORKLOAD_DEPARTEMENTS);
    const struct departement *d = &w->departements[*departement];
    return d->first + pick_sum(s, w->by_commune, d->communes);
}

static unsigned draw_structures(struct stream *s)
{
    static const struct {
        double share;
        unsigned structure;
    } kinds[] = {{.05, STRUCTURE_EI},        {.03, STRUCTURE_AI},          {.07, STRUCTURE_ACI},
                 {.02, STRUCTURE_ETTI},      {.005, STRUCTURE_EITI},       {.005, STRUCTURE_GEIQ},
                 {.03, STRUCTURE_EA},        {.005, STRUCTURE_EATT},       {.05, STRUCTURE_ESAT},
                 {.005, STRUCTURE_SEP},      {.35, STRUCTURE_ASSOCIATION}, {.03, STRUCTURE_SCOP},
                 {.02, STRUCTURE_SCIC},      {.03, STRUCTURE_COOPERATIVE}, {.01, STRUCTURE_MUTUELLE},
                 {.01, STRUCTURE_FONDATION}, {.06, STRUCTURE_ESUS},        {.22, STRUCTURE_OTHER}};
    double x = uniform(s), sum = 0;
    unsigned structures = STRUCTURE_OTHER;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (x < (sum += kinds[i].share)) {
            structures = kinds[i].structure;
            break;
        }
    return chance(s, .06) ? structures | STRUCTURE_ESUS : structures;
}

static int32_t draw_full_until(struct stream *s)
{
    static const int32_t days[] = {0, 5, 7, 10, 15, 30};
    static const double shares[] = {.5, .15, .1, .1, .1, .05};
    int32_t lead = days[pick(s, shares, 6)];
    return lead ? TODAY + lead : DAY_UNKNOWN;
}

struct territory {
    size_t count;
    struct place *areas;
    double radius;
};

static void area(struct territory *t, const struct place *p)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->areas[i].text == p->text)
            return;
    t->areas[t->count++] = *p;
}

static void some_communes(const struct workload *w, struct stream *s, struct territory *t, size_t departement,
                          size_t count)
{
    const struct departement *d = &w->departements[departement];
    while (count--)
        area(t, &w->communes[d->first + pick_sum(s, w->by_commune, d->communes)]);
}

static void own_regions(const struct workload *w, struct stream *s, struct territory *t, const struct departement *d)
{
    area(t, &w->regions[d->region]);
    for (size_t i = 1; i < WORKLOAD_DEPARTEMENTS && chance(s, .25); i++) {
        size_t before = t->count;
        while (t->count == before && i < WORKLOAD_DEPARTEMENTS)
            area(t, &w->regions[w->departements[d->nearest[i++]].region]);
    }
}

static struct territory draw_territory(const struct workload *w, struct stream *s, size_t departement, size_t commune,
                                       struct arena *arena)
{
    static const double shares[] = {.03, .09, .48, .08, .05, .27};
    const struct departement *d = &w->departements[departement];
    struct territory t = {0, arena_array(arena, WORKLOAD_DEPARTEMENTS, sizeof *t.areas), 0};
    switch (pick(s, shares, 6)) {
    case 0:
        area(&t, &w->france);
        break;
    case 1:
        own_regions(w, s, &t, d);
        break;
    case 2:
        for (size_t i = 0, count = 1 + below(s, 6); i < count; i++)
            area(&t, &w->departements[d->nearest[i]].place);
        break;
    case 3:
        area(&t, &w->communes[commune]);
        some_communes(w, s, &t, departement, below(s, 6));
        break;
    case 4:
        area(&t, &d->place);
        some_communes(w, s, &t, d->nearest[1], 1 + below(s, 4));
        break;
    default:
        t.radius = round(fmin(150, fmax(10, lognormal(s, 40, .6))));
    }
    return t;
}

static unsigned draw_services(struct stream *s, size_t division)
{
    static const unsigned kinds[] = {SERVICE_SERVICES, SERVICE_WORKS, SERVICE_SUPPLIES};
    static const double shares[] = {.15, .65, .17, .03};
    unsigned services;
    switch (pick(s, shares, 4)) {
    case 0:
        return 0;
    case 1:
        services = trade(division);
        services |= chance(s, .4) ? kinds[below(s, 3)] : 0;
        return services | (chance(s, .03) ? SERVICE_SECONDMENT : 0);
    case 2:
        return kinds[below(s, 3)];
    default:
        return kinds[0] | kinds[1 + below(s, 2)];
    }
}

static size_t draw_prefixes(const struct workload *w, struct stream *s, struct cpv out[static MOST_PREFIXES])
{
    static const double counts[] = {.30, .25, .18, .12, .08, .07}, digits[] = {.13, .27, .24, .20, .16};
    size_t count = 0, home = draw_division(w, s);
    for (size_t left = 1 + pick(s, counts, MOST_PREFIXES); left > 0; left--) {
        size_t division = chance(s, .6) ? home : draw_division(w, s);
        struct cpv cpv = draw_code(w, s, count ? division : home, draw_digits(s, digits));
        bool covered = false;
        for (size_t i = 0; i < count; i++)
            covered |= cpv_in_line(cpv, out[i]);
        if (!covered)
            out[count++] = cpv;
    }
    return count;
}

static struct range draw_taken(struct stream *s)
{
    double most = lognormal(s, 200000, 1.7);
    bool limited = !chance(s, .15), from = chance(s, .45);
    double share = exponential(-2.302585092994046 * (.7 + 2.3 * uniform(s)));
    return (struct range){from ? euros(most * share) : -1, limited ? euros(most) : -1};
}

static void draw_capabilities(const struct workload *w, struct stream *s, size_t departement, size_t commune,
                              struct arena *arena, struct offer *out)
{
    struct cpv prefixes[MOST_PREFIXES];
    size_t count = draw_prefixes(w, s, prefixes);
    struct territory t = draw_territory(w, s, departement, commune, arena);
    struct range value = draw_taken(s);
    struct strings words = {0}, none = {0};
    if (chance(s, .12)) {
        size_t n = 1 + below(s, 4);
        words = room_for(arena, n);
        while (words.count < n)
            push(&words, draw_word(w, s));
    }
    bool excluded = chance(s, .5);
    out->capability_count = count;
    out->capabilities = arena_array(arena, count, sizeof *out->capabilities);
    for (size_t i = 0; i < count; i++)
        out->capabilities[i] = (struct capability){.number = (int)i + 1,
                                                   .cpv = prefixes[i],
                                                   .services = draw_services(s, division_of(prefixes[i])),
                                                   .area_count = t.count,
                                                   .areas = t.areas,
                                                   .radius = t.radius,
                                                   .value = value,
                                                   .keywords = excluded ? none : words,
                                                   .excluded = excluded ? words : none};
}

static void draw_blocked(struct stream *s, struct arena *arena, struct strings *out)
{
    size_t count = 1 + below(s, 3);
    *out = room_for(arena, count);
    while (out->count < count) {
        char siret[15];
        buyer_siret(s, siret);
        push(out, arena_copy(arena, siret, chance(s, .5) ? 9 : 14));
    }
}

void workload_offer(const struct workload *w, uint32_t number, uint32_t version, struct arena *arena, struct offer *out)
{
    struct stream s = stream_of(w, STREAM_SUPPLIER, number, 0);
    size_t departement, commune = draw_seat(w, &s, &departement);
    *out = (struct offer){.version = (int)version + 1, .seat = w->communes[commune]};
    out->name = arena_format(arena, "Fournisseur %" PRIu32, number);
    out->structures = draw_structures(&s);
    out->active = !chance(&s, .01);
    out->full_until = draw_full_until(&s);
    out->since = (int64_t)TODAY * DAY * 1000 - (int64_t)below(&s, 1u << 31);
    snprintf(out->id, sizeof out->id, "%08" PRIx32 "-0000-7000-8000-%012" PRIx32, number, number);
    supplier_siret(number, out->siret);
    out->labels = room_for(arena, WORKLOAD_LABELS);
    for (size_t i = 0; i < WORKLOAD_LABELS; i++)
        if (chance(&s, w->label_chance[i]))
            push(&out->labels, w->labels[i]);
    if (chance(&s, .01))
        draw_blocked(&s, arena, &out->blocked);
    struct stream own = stream_of(w, STREAM_CAPABILITIES, number, version);
    draw_capabilities(w, &own, departement, commune, arena, out);
}

// Needs

static void draw_places(const struct workload *w, struct stream *s, struct arena *arena, struct need *n)
{
    static const double shares[] = {.65, .05, .15, .07, .03, .05};
    size_t departement, commune = draw_seat(w, s, &departement);
    const struct departement *d = &w->departements[departement];
    struct territory t = {0, arena_array(arena, WORKLOAD_DEPARTEMENTS, sizeof *t.areas), 0};
    size_t kind = pick(s, shares, 6);
    switch (kind) {
    case 0:
    case 1:
        area(&t, &w->communes[commune]);
        some_communes(w, s, &t, departement, kind * (1 + below(s, 2)));
        break;
    case 2:
        area(&t, &d->place);
        break;
    case 3:
        area(&t, &w->regions[d->region]);
        break;
    case 4:
        area(&t, &w->france);
        break;
    default: {
        struct depset reach =
            place_reach(w->places, w->communes[commune].centre, 10 + 90 * uniform(s), &w->communes[commune]);
        for (size_t i = 0; i < WORKLOAD_DEPARTEMENTS; i++)
            if (place_meets(reach, w->departements[i].place.deps))
                area(&t, &w->departements[i].place);
    }
    }
    n->place_count = t.count;
    n->places = t.areas;
}

static unsigned draw_reserved(struct stream *s)
{
    static const unsigned articles[] = {0, RESERVED_L2113_12, RESERVED_L2113_13, RESERVED_L2113_12 | RESERVED_L2113_13,
                                        RESERVED_L2113_15};
    static const double shares[] = {.71, .07, .06, .06, .06, .04};
    size_t kind = pick(s, shares, 6);
    if (kind < 5)
        return articles[kind];
    unsigned few = 1u << below(s, 4);
    return chance(s, .5) ? few | 1u << below(s, 4) : few;
}

static struct range draw_asked(struct stream *s, double around, bool broad)
{
    double value = lognormal(s, around, .5);
    if (chance(s, .03))
        return (struct range){-1, -1};
    if (broad)
        return (struct range){euros(value / 10), euros(value * 10)};
    if (chance(s, .30))
        return (struct range){euros(value), euros(value)};
    return (struct range){euros(value * .8), euros(value * 1.3)};
}

static void draw_codes(const struct workload *w, struct stream *s, size_t home, bool broad, struct arena *arena,
                       struct lot *l)
{
    static const double counts[] = {.65, .22, .10, .015, .015}, digits[] = {.03, .12, .20, .28, .37};
    l->cpv_count = broad ? 3 + below(s, 3) : 1 + pick(s, counts, 5);
    l->cpv = arena_array(arena, l->cpv_count, sizeof *l->cpv);
    for (size_t i = 0; i < l->cpv_count; i++) {
        size_t division = !broad && chance(s, .7) ? home : draw_division(w, s);
        l->cpv[i] = draw_code(w, s, division, draw_digits(s, digits));
    }
}

static void draw_lot(const struct workload *w, struct stream *s, size_t home, double around, bool broad,
                     struct arena *arena, struct lot *l)
{
    static const double required[] = {.60, .25, .10, .05};
    static const unsigned kinds[] = {SERVICE_SERVICES, SERVICE_WORKS, SERVICE_SUPPLIES, SERVICE_SECONDMENT};
    draw_codes(w, s, home, broad, arena, l);
    l->value = draw_asked(s, around, broad);
    l->services = chance(s, .25) ? 0 : chance(s, .9) ? trade(division_of(l->cpv[0])) : kinds[below(s, 4)];
    l->reserved = broad ? 0 : draw_reserved(s);
    l->labels = draw_labels(w, s, pick(s, required, 4), arena);
    l->criteria = draw_labels(w, s, 3, arena);
}

static void draw_people(struct stream *s, struct arena *arena, struct need *n)
{
    buyer_siret(s, n->buyer);
    if (chance(s, .01))
        supplier_siret((uint32_t)below(s, FAMILIAR), n->buyer);
    if (!chance(s, .01))
        return;
    n->blocked = room_for(arena, 3);
    for (size_t i = 0; i < 3; i++) {
        char siret[15];
        supplier_siret((uint32_t)below(s, FAMILIAR), siret);
        push(&n->blocked, arena_copy(arena, siret, i ? 14 : 9));
    }
}

void workload_need(const struct workload *w, uint32_t number, struct arena *arena, struct need *out)
{
    static const double counts[] = {.68, .17, .09, .02, .02, .02};
    struct stream s = stream_of(w, STREAM_NEED, number, 0);
    bool broad = chance(&s, .025);
    double around = lognormal(&s, 60000, 1.5), lead = lognormal(&s, 25, .7);
    size_t home = draw_division(w, &s), words = 5 + below(&s, 33);
    *out = (struct need){.version = 1, .kind = NEED_QUOTE, .state = NEED_PUBLISHED, .start = TODAY + (int32_t)lead};
    out->title = draw_text(w, &s, 3, arena);
    out->description = draw_text(w, &s, words, arena);
    out->deadline = chance(&s, .2) ? TIME_UNKNOWN : workload_now() + (int64_t)(lead * DAY * .6);
    out->lot_count = broad ? 4 + below(&s, 5) : 1 + pick(&s, counts, 6);
    snprintf(out->id, sizeof out->id, "%08" PRIx32 "-0000-7000-9000-%012" PRIx32, number, number);
    draw_people(&s, arena, out);
    draw_places(w, &s, arena, out);
    out->lots = arena_array(arena, out->lot_count, sizeof *out->lots);
    for (size_t i = 0; i < out->lot_count; i++) {
        out->lots[i].number = (int)i + 1;
        out->lots[i].title = out->lot_count > 1 ? draw_text(w, &s, 2, arena) : NULL;
        draw_lot(w, &s, home, around, broad, arena, &out->lots[i]);
    }
}
