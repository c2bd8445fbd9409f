// SPDX-License-Identifier: EUPL-1.2
// Knows where places in France lie.
#include "core/place.h"

#include "base/map.h"
#include "base/text.h"
#include "core/words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EARTH 6371.0 // km
#define RADIAN (M_PI / 180)
#define DEPARTEMENTS 128 // bits of a depset
#define CODE_ROOM 8      // the longest code, with NUL
#define BAND 1e-6        // chords closer than this, relatively, are told apart by the exact distance
#define SLACK 1e-9       // of a chord, 6 mm: more than sums are off by

struct vector { // of length 1: comparing chords is cheaper than comparing arcs
    double x, y, z;
};

struct commune {
    const char *code, *name, *postal;
    const char *key; // of the name (words_key)
    struct point at;
    struct vector v; // of at
    bool spotted;    // its centre is among the spots of its département
};

struct spot {
    struct vector v;
    const struct commune *commune;
};

struct ball { // a point in space and how far from it the farthest of some spots lies
    struct vector centre;
    double radius; // a chord; < 0: no spot
};

struct cell { // the spots of a département in one square of a coarse grid
    int row, column;
    struct ball ball;
    struct spot *spots;
    size_t count, room;
};

struct region {
    const char *code;
    const char *name; // NULL as long as only départements have named it
    struct depset deps;
};

struct departement {
    const char *code, *name, *nuts;
    struct region *region;
    struct commune *prefecture; // may lie elsewhere: the one of 984 is in 974
    struct cell *cells;         // communes with a centre
    size_t cell_count, cell_room;
};

struct sharer { // a commune of a postal code
    struct sharer *next;
    struct commune *commune;
};

struct gazetteer {
    struct arena *arena;
    struct map *regions, *departements, *communes, *postal; // by code; communes by number
    struct departement list[DEPARTEMENTS];
    struct ball balls[DEPARTEMENTS]; // in which the prefecture and all spots of each lie
    size_t count;
    uint64_t centres; // fingerprint of all centres, whatever their order
};

// Sets

static struct depset one(size_t departement)
{
    struct depset s = {{0, 0}};
    s.bits[departement / 64] = (uint64_t)1 << departement % 64;
    return s;
}

bool place_meets(struct depset a, struct depset b)
{
    return (a.bits[0] & b.bits[0]) || (a.bits[1] & b.bits[1]);
}

bool place_within(struct depset inner, struct depset outer)
{
    return !(inner.bits[0] & ~outer.bits[0]) && !(inner.bits[1] & ~outer.bits[1]);
}

struct depset place_join(struct depset a, struct depset b)
{
    return (struct depset){{a.bits[0] | b.bits[0], a.bits[1] | b.bits[1]}};
}

bool place_empty(struct depset a)
{
    return !a.bits[0] && !a.bits[1];
}

struct depset place_all(const struct gazetteer *g)
{
    uint64_t low = g->count < 64 ? ((uint64_t)1 << g->count) - 1 : UINT64_MAX;
    uint64_t high = g->count <= 64 ? 0 : g->count < 128 ? ((uint64_t)1 << (g->count - 64)) - 1 : UINT64_MAX;
    return (struct depset){{low, high}};
}

// Codes

// The code in upper case; false when it is not letters and digits or too long.
static bool tidy(const char *code, char out[static CODE_ROOM])
{
    size_t len = strlen(code);
    if (len == 0 || len >= CODE_ROOM)
        return false;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && !isalnum((unsigned char)code[i]))
            return false;
        out[i] = (char)toupper((unsigned char)code[i]);
    }
    return true;
}

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

// "63", "2A", "974".
static bool departement_shaped(const char *code)
{
    size_t len = strlen(code);
    if (code[0] == '9' && (code[1] == '7' || code[1] == '8'))
        return len == 3 && digits(code) == 3;
    return len == 2 && (digits(code) == 2 || (code[0] == '2' && (code[1] == 'A' || code[1] == 'B')));
}

// "63113", "2A004".
static bool commune_shaped(const char *code)
{
    return strlen(code) == 5 && digits(code + 2) == 3 &&
           (digits(code) == 5 || (code[0] == '2' && (code[1] == 'A' || code[1] == 'B')));
}

// The département of an INSEE code, NULL when unknown.
static struct departement *departement_of_insee(const struct gazetteer *g, const char *code)
{
    size_t len = code[0] == '9' && (code[1] == '7' || code[1] == '8') ? 3 : 2;
    return map_get(g->departements, code, len);
}

// A well-shaped commune code as a number that is never 0.
static uint32_t commune_number(const char *code)
{
    uint32_t number = 0;
    for (; *code; code++)
        number = number * 36 + (uint32_t)(isdigit((unsigned char)*code) ? *code - '0' : *code - 'A' + 10);
    return number + 1;
}

// The city of a municipal arrondissement (Code général des collectivités territoriales L2511-3), else the code itself.
static const char *city(const char *code)
{
    static const struct {
        const char *first, *last, *city;
    } cities[] = {{"75101", "75120", "75056"}, {"69381", "69389", "69123"}, {"13201", "13216", "13055"}};
    for (size_t i = 0; i < sizeof cities / sizeof *cities; i++)
        if (strcmp(code, cities[i].first) >= 0 && strcmp(code, cities[i].last) <= 0)
            return cities[i].city;
    return code;
}

static struct commune *commune_of(const struct gazetteer *g, const char *code)
{
    return map_get_number(g->communes, commune_number(code));
}

// The gazetteer

struct gazetteer *place_gazetteer_new(void)
{
    struct gazetteer *g = memory_new(sizeof *g);
    g->arena = arena_new();
    g->regions = map_new();
    g->departements = map_new();
    g->communes = map_new();
    g->postal = map_new();
    return g;
}

void place_gazetteer_free(struct gazetteer *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->count; i++) {
        for (size_t k = 0; k < g->list[i].cell_count; k++)
            free(g->list[i].cells[k].spots);
        free(g->list[i].cells);
    }
    map_free(g->regions);
    map_free(g->departements);
    map_free(g->communes);
    map_free(g->postal);
    arena_free(g->arena);
    free(g);
}

size_t place_commune_count(const struct gazetteer *g)
{
    return map_count(g->communes);
}

static struct region *region_of(struct gazetteer *g, const char *code)
{
    struct region *r = map_get_string(g->regions, code);
    if (!r) {
        r = arena_take(g->arena, sizeof *r);
        r->code = arena_string(g->arena, code);
        map_set_string(g->regions, code, r);
    }
    return r;
}

enum err place_add_region(struct gazetteer *g, const char *code, const char *name)
{
    char tidied[CODE_ROOM];
    if (!tidy(code, tidied))
        return ERR_BAD_PLACE;
    region_of(g, tidied)->name = arena_string(g->arena, name);
    return ERR_OK;
}

static struct commune *commune_make(struct gazetteer *g, const char *code)
{
    struct commune *c = commune_of(g, code);
    if (!c) {
        c = arena_take(g->arena, sizeof *c);
        c->code = arena_string(g->arena, code);
        c->name = c->key = c->code;
        c->postal = "";
        map_set_number(g->communes, commune_number(code), c);
    }
    return c;
}

static void name_commune(struct gazetteer *g, struct commune *c, const char *name)
{
    c->name = arena_string(g->arena, name);
    c->key = words_key(g->arena, name);
}

static struct vector vector_of(struct point p)
{
    double lat = p.lat * RADIAN, lon = p.lon * RADIAN;
    return (struct vector){cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)};
}

static double square_of(struct vector a, struct vector b)
{
    double x = a.x - b.x, y = a.y - b.y, z = a.z - b.z;
    return x * x + y * y + z * z;
}

// The ball reaches as far as a ball that it is to hold. It may stay too large, never too small.
static void stretch(struct ball *b, struct vector centre, double radius)
{
    b->radius = fmax(b->radius, sqrt(square_of(b->centre, centre)) + radius + SLACK / 2);
}

static void take_spot(struct ball *b, struct vector v)
{
    if (b->radius < 0)
        *b = (struct ball){v, 0};
    stretch(b, v, 0);
}

static void centre_cell(struct cell *c)
{
    struct vector sum = {0, 0, 0};
    double n = (double)c->count;
    for (size_t i = 0; i < c->count; i++)
        sum = (struct vector){sum.x + c->spots[i].v.x, sum.y + c->spots[i].v.y, sum.z + c->spots[i].v.z};
    c->ball = (struct ball){{sum.x / n, sum.y / n, sum.z / n}, 0};
    for (size_t i = 0; i < c->count; i++)
        stretch(&c->ball, c->spots[i].v, 0);
}

static void centre_departement(struct gazetteer *g, const struct departement *d)
{
    struct ball *b = &g->balls[d - g->list];
    struct vector sum = {0, 0, 0};
    double n = (double)d->cell_count;
    for (size_t i = 0; i < d->cell_count; i++) {
        struct vector v = d->cells[i].ball.centre;
        sum = (struct vector){sum.x + v.x, sum.y + v.y, sum.z + v.z};
    }
    *b = (struct ball){{sum.x / n, sum.y / n, sum.z / n}, 0};
    for (size_t i = 0; i < d->cell_count; i++)
        stretch(b, d->cells[i].ball.centre, d->cells[i].ball.radius);
    if (d->prefecture->at.known)
        stretch(b, d->prefecture->v, 0);
}

static struct cell *cell_of(struct departement *d, struct point at)
{
    int row = (int)floor(5 * fmax(-400, fmin(400, at.lat))), column = (int)floor(4 * fmax(-400, fmin(400, at.lon))); // some 20 km
    for (size_t i = 0; i < d->cell_count; i++)
        if (d->cells[i].row == row && d->cells[i].column == column)
            return &d->cells[i];
    if (d->cell_count == d->cell_room) {
        d->cell_room = d->cell_room ? d->cell_room * 2 : 8;
        d->cells = memory_grow(d->cells, d->cell_room, sizeof *d->cells);
    }
    d->cells[d->cell_count] = (struct cell){.row = row, .column = column, .ball = {.radius = -1}};
    return &d->cells[d->cell_count++];
}

static void add_spot(struct gazetteer *g, struct departement *d, struct commune *c)
{
    struct cell *cell = cell_of(d, c->at);
    if (cell->count == cell->room) {
        cell->room = cell->room ? cell->room * 2 : 4;
        cell->spots = memory_grow(cell->spots, cell->room, sizeof *cell->spots);
    }
    cell->spots[cell->count++] = (struct spot){c->v, c};
    c->spotted = true;
    take_spot(&cell->ball, c->v);
    take_spot(&g->balls[d - g->list], c->v);
    // Balls are drawn anew around their middle each time that they hold twice as much.
    if ((cell->count & (cell->count - 1)) == 0) {
        centre_cell(cell);
        centre_departement(g, d);
    }
}

static void drop_spot(struct departement *d, struct commune *c)
{
    struct cell *cell = cell_of(d, c->at);
    for (size_t i = 0; i < cell->count; i++)
        if (cell->spots[i].commune == c) {
            cell->spots[i] = cell->spots[--cell->count];
            break;
        }
    c->spotted = false;
}

// A number for a commune's centre; 0 for none.
static uint64_t centre_print(const struct commune *c)
{
    const struct {
        uint64_t number;
        double lat, lon;
    } row = {commune_number(c->code), c->at.lat, c->at.lon};
    return c->at.known ? map_hash(&row, sizeof row) : 0;
}

static void set_centre(struct gazetteer *g, struct commune *c, struct point at)
{
    struct departement *d = departement_of_insee(g, c->code);
    g->centres -= centre_print(c);
    if (at.known && c->spotted)
        drop_spot(d, c);
    if (at.known) {
        c->at = at;
        c->v = vector_of(at);
    }
    g->centres += centre_print(c);
    if (d && c->at.known && !c->spotted)
        add_spot(g, d, c);
    for (size_t i = 0; i < g->count && c->at.known; i++)
        if (g->list[i].prefecture == c)
            take_spot(&g->balls[i], c->v);
}

enum err place_add_departement(struct gazetteer *g, const char *code, const char *name, const char *region,
                               const char *nuts, const char *prefecture, const char *prefecture_name, struct point at)
{
    char own[CODE_ROOM], regional[CODE_ROOM], seat[CODE_ROOM];
    if (!tidy(code, own) || !departement_shaped(own) || !tidy(region, regional) || !tidy(prefecture, seat) ||
        !commune_shaped(seat))
        return ERR_BAD_PLACE;
    struct departement *d = map_get_string(g->departements, own);
    if (!d) {
        if (g->count == DEPARTEMENTS)
            return ERR_OUT_OF_RANGE;
        g->balls[g->count] = (struct ball){.radius = -1};
        d = &g->list[g->count++];
        d->code = arena_string(g->arena, own);
        map_set_string(g->departements, own, d);
    }
    struct depset self = one((size_t)(d - g->list));
    if (d->region)
        for (int i = 0; i < 2; i++)
            d->region->deps.bits[i] &= ~self.bits[i];
    d->region = region_of(g, regional);
    d->region->deps = place_join(d->region->deps, self);
    d->name = arena_string(g->arena, name);
    d->nuts = arena_string(g->arena, nuts);
    d->prefecture = commune_make(g, seat);
    if (!*d->prefecture->postal)
        name_commune(g, d->prefecture, prefecture_name);
    set_centre(g, d->prefecture, *d->prefecture->postal ? (struct point){0} : at);
    // A prefecture added before the département in which it lies finds its spot now.
    for (size_t i = 0; i < g->count; i++)
        if (!g->list[i].prefecture->spotted)
            set_centre(g, g->list[i].prefecture, (struct point){0});
    return ERR_OK;
}

// Whether the list of postal codes names the code.
static bool lists(const char *postal, const char *code, size_t len)
{
    for (const char *p = postal; *p; p += strcspn(p, ", ")) {
        p += strspn(p, ", ");
        if (strcspn(p, ", ") == len && memcmp(p, code, len) == 0)
            return true;
    }
    return false;
}

static void share(struct gazetteer *g, const char *code, size_t len, struct commune *c)
{
    struct sharer *first = map_get(g->postal, code, len), *last = first;
    for (struct sharer *s = first; s; last = s, s = s->next)
        if (s->commune == c)
            return;
    struct sharer *added = arena_take(g->arena, sizeof *added);
    added->commune = c;
    if (last)
        last->next = added;
    else
        map_set(g->postal, code, len, added);
}

enum err place_add_commune(struct gazetteer *g, const char *code, const char *name, const char *postal,
                           struct point at)
{
    char tidied[CODE_ROOM];
    if (!tidy(code, tidied) || !commune_shaped(tidied))
        return ERR_BAD_PLACE;
    if (!departement_of_insee(g, tidied))
        return ERR_UNKNOWN_PLACE;
    struct commune *c = commune_make(g, tidied);
    name_commune(g, c, name);
    // A sharer of a code that the commune no longer has is passed over by lists() when it is looked up.
    c->postal = arena_string(g->arena, postal);
    set_centre(g, c, at);
    for (const char *p = c->postal; *p; p += strcspn(p, ", ")) {
        p += strspn(p, ", ");
        if (*p)
            share(g, p, strcspn(p, ", "), c);
    }
    return ERR_OK;
}

uint64_t place_fingerprint(const struct gazetteer *g)
{
    uint64_t print = g->centres;
    struct text t;
    text_init(&t, SIZE_MAX / 2);
    text_add(&t, &print, sizeof print);
    for (const struct departement *d = g->list; d < g->list + g->count; d++)
        text_format(&t, "%s %s %s %s;", d->code, d->region->code, d->nuts, d->prefecture->code);
    print = map_hash(t.data, t.len);
    text_fini(&t);
    return print;
}

// Reading

static enum err parse_commune(const struct gazetteer *g, const char *code, struct place *out)
{
    if (!commune_shaped(code))
        return ERR_BAD_PLACE;
    const struct departement *d = departement_of_insee(g, code);
    if (!d)
        return ERR_UNKNOWN_PLACE;
    out->deps = one((size_t)(d - g->list));
    out->commune = commune_number(city(code));
    out->centre = place_centre(g, code);
    if (!out->centre.known)
        out->centre = place_centre(g, city(code));
    return ERR_OK;
}

static enum err parse_departement(const struct gazetteer *g, const char *code, struct place *out)
{
    if (!departement_shaped(code))
        return ERR_BAD_PLACE;
    const struct departement *d = map_get_string(g->departements, code);
    if (!d)
        return ERR_UNKNOWN_PLACE;
    out->deps = one((size_t)(d - g->list));
    return ERR_OK;
}

static enum err parse_region(const struct gazetteer *g, const char *code, struct place *out)
{
    size_t len = strlen(code);
    if (len < 2 || len > 3 || digits(code) != len)
        return ERR_BAD_PLACE;
    const struct region *r = map_get_string(g->regions, code);
    if (!r || place_empty(r->deps))
        return ERR_UNKNOWN_PLACE;
    out->deps = r->deps;
    return ERR_OK;
}

// NUTS (Regulation (EC) 1059/2003): two letters of the country, then up to three characters.
static enum err parse_nuts(const struct gazetteer *g, const char *code, struct place *out)
{
    if (strlen(code) > 5 || !isupper((unsigned char)code[0]) || !isupper((unsigned char)code[1]))
        return ERR_BAD_PLACE;
    if (strcmp(code, "FR") == 0)
        out->deps = place_all(g);
    for (size_t i = 0; i < g->count; i++)
        if (text_starts(g->list[i].nuts, code))
            out->deps = place_join(out->deps, one(i));
    return place_empty(out->deps) ? ERR_UNKNOWN_PLACE : ERR_OK;
}

static const struct form {
    const char *word;
    enum err (*parse)(const struct gazetteer *g, const char *code, struct place *out);
} forms[] = {
    {"commune", parse_commune},
    {"departement", parse_departement},
    {"region", parse_region},
    {"nuts", parse_nuts},
};

enum err place_parse(const struct gazetteer *g, const char *text, struct arena *arena, struct place *out)
{
    char code[CODE_ROOM];
    *out = (struct place){0};
    if (strcasecmp(text, "FR") == 0) {
        out->text = "FR";
        out->deps = place_all(g);
        return ERR_OK;
    }
    const char *colon = strchr(text, ':');
    if (!colon || !tidy(colon + 1, code))
        return ERR_BAD_PLACE;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const struct form *f = &forms[i];
        if (strlen(f->word) != (size_t)(colon - text) || strncasecmp(f->word, text, strlen(f->word)) != 0)
            continue;
        out->text = arena_format(arena, "%s:%s", f->word, code);
        return f->parse(g, code, out);
    }
    return ERR_BAD_PLACE;
}

// The name of a set: of its one département, or of the région that it is; NULL when it has none.
static const char *set_name(const struct gazetteer *g, struct depset deps)
{
    for (size_t i = 0; i < g->count; i++) {
        if (!place_meets(deps, one(i)))
            continue;
        if (place_within(deps, one(i)))
            return g->list[i].name;
        bool whole = place_within(deps, g->list[i].region->deps) && place_within(g->list[i].region->deps, deps);
        return whole ? g->list[i].region->name : NULL;
    }
    return NULL;
}

const char *place_name(const struct gazetteer *g, const struct place *p)
{
    const char *code = p->text ? strchr(p->text, ':') : NULL, *name;
    if (!code)
        return p->text ? "France" : "";
    code++;
    if (p->commune) {
        const struct commune *c = commune_of(g, code);
        return c ? c->name : code;
    }
    if (text_starts(p->text, "region:")) {
        const struct region *r = map_get_string(g->regions, code);
        name = r ? r->name : NULL;
    } else
        name = set_name(g, p->deps);
    return name ? name : strcmp(code, "FR") == 0 ? "France" : code;
}

const char *place_around(const struct gazetteer *g, const struct place *p)
{
    const char *name = p->commune ? set_name(g, p->deps) : NULL;
    return name ? name : "";
}

// Repairs

// A name as it may be compared: "ST-ETIENNE CEDEX 2" -> " saint etienne ".
static const char *plain_name(struct arena *arena, const char *name)
{
    static const struct {
        const char *word, *whole;
    } shorts[] = {{"st", "saint"}, {"ste", "sainte"}};
    const char *p = words_fold(arena, name);
    struct text out;
    text_init(&out, 1024);
    text_byte(&out, ' ');
    for (size_t len; *p; p += len) {
        len = strcspn(p, " -'/,.()");
        if (len == 5 && memcmp(p, "cedex", 5) == 0)
            break;
        const char *whole = NULL;
        for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++)
            if (strlen(shorts[i].word) == len && memcmp(shorts[i].word, p, len) == 0)
                whole = shorts[i].whole;
        if (whole)
            text_put(&out, whole);
        else
            text_add(&out, p, len);
        if (len)
            text_byte(&out, ' ');
        else
            len = 1; // a separator
    }
    const char *plain = arena_copy(arena, text_string(&out), out.len);
    text_fini(&out);
    return plain;
}

const char *place_by_postal(const struct gazetteer *g, const char *postal, const char *name, struct arena *arena)
{
    const struct commune *found = NULL, *named = NULL;
    const char *plain = name ? plain_name(arena, name) : NULL;
    size_t len = strlen(postal);
    bool several = false;
    for (const struct sharer *s = map_get(g->postal, postal, len); s; s = s->next) {
        const struct commune *c = s->commune;
        if (!lists(c->postal, postal, len))
            continue;
        // An arrondissement shares its code with its city: the same commune.
        several |= found && strcmp(city(found->code), city(c->code)) != 0;
        found = found ? found : c;
        if (!named && plain && strcmp(plain, plain_name(arena, c->name)) == 0)
            named = c;
    }
    if (named)
        found = named;
    else if (several)
        found = NULL;
    return found ? arena_format(arena, "commune:%s", found->code) : NULL;
}

// The département in which all communes of a postal code lie, NULL when there is none or more than one.
static const struct departement *departement_of_postal(const struct gazetteer *g, const char *code)
{
    const struct departement *found = NULL;
    for (const struct sharer *s = map_get_string(g->postal, code); s; s = s->next) {
        const struct departement *d = departement_of_insee(g, s->commune->code);
        if (!lists(s->commune->postal, code, strlen(code)))
            continue;
        if (found && found != d)
            return NULL;
        found = d;
    }
    return found;
}

const char *place_departement_of(const struct gazetteer *g, const char *code, struct arena *arena)
{
    char tidied[CODE_ROOM];
    const struct departement *d = NULL;
    if (!tidy(code, tidied))
        return NULL;
    if (departement_shaped(tidied))
        d = map_get_string(g->departements, tidied);
    else if (commune_shaped(tidied)) {
        if (!commune_of(g, tidied))
            d = departement_of_postal(g, tidied);
        if (!d)
            d = departement_of_insee(g, tidied);
        // Postal codes of Corsica begin with 20: 200, 201 in the south, 202, 206 in the north.
        if (!d && text_starts(tidied, "20"))
            d = map_get_string(g->departements, tidied[2] <= '1' ? "2A" : "2B");
    }
    return d ? arena_format(arena, "departement:%s", d->code) : NULL;
}

struct point place_centre(const struct gazetteer *g, const char *commune)
{
    char tidied[CODE_ROOM];
    const struct commune *c = tidy(commune, tidied) && commune_shaped(tidied) ? commune_of(g, tidied) : NULL;
    return c ? c->at : (struct point){0};
}

// Distances

double place_distance(struct point a, struct point b)
{
    double lat = sin((b.lat - a.lat) * RADIAN / 2), lon = sin((b.lon - a.lon) * RADIAN / 2);
    double h = lat * lat + cos(a.lat * RADIAN) * cos(b.lat * RADIAN) * lon * lon;
    return 2 * EARTH * asin(sqrt(fmin(h, 1)));
}

// A circle on the earth: `chord` is the straight line through the earth that belongs to km.
struct circle {
    struct point at;
    struct vector v;
    double km, chord;
};

// Away from the edge the chord decides, in the band around it the exact distance: the answer is always place_distance's.
static bool reaches(const struct circle *c, struct vector v, struct point at)
{
    double square = square_of(c->v, v), edge = c->chord * c->chord;
    if (square > edge * (1 + BAND) + SLACK * SLACK)
        return false;
    return square < edge * (1 - BAND) - SLACK * SLACK || place_distance(c->at, at) <= c->km;
}

static bool misses_ball(const struct circle *c, const struct ball *b)
{
    double far = (c->chord + b->radius) * (1 + BAND) + SLACK;
    return b->radius < 0 || square_of(c->v, b->centre) > far * far;
}

static bool holds_ball(const struct circle *c, const struct ball *b)
{
    double room = c->chord * (1 - BAND) - SLACK - b->radius;
    return b->radius >= 0 && room > 0 && square_of(c->v, b->centre) < room * room;
}

static bool reaches_cell(const struct circle *c, const struct cell *cell)
{
    if (!cell->count || misses_ball(c, &cell->ball))
        return false;
    if (holds_ball(c, &cell->ball))
        return true;
    for (size_t i = 0; i < cell->count; i++)
        if (reaches(c, cell->spots[i].v, cell->spots[i].commune->at))
            return true;
    return false;
}

// The ball of the département is not missed.
static bool reaches_departement(const struct circle *c, const struct departement *d)
{
    if (d->prefecture->at.known && reaches(c, d->prefecture->v, d->prefecture->at))
        return true;
    for (size_t i = 0; i < d->cell_count; i++)
        if (reaches_cell(c, &d->cells[i]))
            return true;
    return false;
}

struct depset place_reach(const struct gazetteer *g, struct point centre, double km, const struct place *seat)
{
    struct depset reach = seat ? seat->deps : (struct depset){{0, 0}};
    if (!centre.known || !(km >= 0))
        return reach;
    const struct circle c = {centre, vector_of(centre), km, 2 * sin(fmin(km / EARTH, M_PI) / 2)};
    for (size_t i = 0; i < g->count; i++)
        if (!misses_ball(&c, &g->balls[i]) && !place_meets(reach, one(i)) && reaches_departement(&c, &g->list[i]))
            reach = place_join(reach, one(i));
    return reach;
}

struct depset place_region_of(const struct gazetteer *g, struct depset deps)
{
    struct depset regions = deps;
    for (size_t half = 0; half < 2; half++)
        for (uint64_t left = deps.bits[half]; left; left &= left - 1) {
            size_t i = half * 64 + (size_t)__builtin_ctzll(left);
            if (i < g->count)
                regions = place_join(regions, g->list[i].region->deps);
        }
    return regions;
}

struct place *place_spell(const struct gazetteer *g, struct depset deps, struct arena *arena, size_t *count)
{
    struct place *out = arena_array(arena, g->count, sizeof *out);
    struct depset said = {{0, 0}};
    *count = 0;
    for (size_t i = 0; i < g->count; i++) {
        struct depset own = one(i), whole = g->list[i].region->deps;
        if (!place_meets(own, deps) || place_meets(own, said))
            continue;
        bool region = place_within(whole, deps) && !place_within(whole, own);
        const char *text = region ? arena_format(arena, "region:%s", g->list[i].region->code)
                                  : arena_format(arena, "departement:%s", g->list[i].code);
        out[(*count)++] = (struct place){.text = text, .deps = region ? whole : own};
        said = place_join(said, region ? whole : own);
    }
    return out;
}

// Looking for a place

struct hit {
    struct place_found found;
    int rank; // 0: it is what was asked for, 1: begins like it, 2: one of its words does
    int size; // régions before départements before communes
    const char *key;
};

struct hits {
    struct hit *list;
    size_t count, room;
    const char *asked; // a key
    struct arena *arena;
};

// -1 when the key does not hold it.
static int rank_of(const char *key, const char *asked)
{
    size_t len = strlen(asked);
    if (strncmp(key, asked, len) == 0)
        return key[len] ? 1 : 0;
    for (const char *p = key; (p = strchr(p, ' '));)
        if (strncmp(++p, asked, len) == 0)
            return 2;
    return -1;
}

static void hit(struct hits *h, int rank, int size, const char *kind, const char *code, const char *name, const char *key, const char *within)
{
    if (rank < 0)
        return;
    if (h->count == h->room) {
        h->room = h->room ? 2 * h->room : 64;
        h->list = memory_grow(h->list, h->room, sizeof *h->list);
    }
    h->list[h->count++] = (struct hit){{arena_format(h->arena, "%s%s", kind, code), name, within}, rank, size, key};
}

static int by_rank(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank - y->rank;
    if (x->size != y->size)
        return x->size - y->size;
    int order = strcmp(x->key, y->key);
    return order ? order : strcmp(x->found.text, y->found.text);
}

static void search_large(const struct gazetteer *g, struct hits *h, unsigned kinds)
{
    size_t at = 0, len;
    const void *key;
    void *value;
    if (kinds & PLACE_COUNTRY)
        hit(h, rank_of("france", h->asked), 0, "", "FR", "France", "france", "");
    while (kinds & PLACE_REGION && map_next(g->regions, &at, &key, &len, &value)) {
        const struct region *r = value;
        if (r->name) {
            const char *folded = words_key(h->arena, r->name);
            hit(h, rank_of(folded, h->asked), 1, "region:", r->code, r->name, folded, "");
        }
    }
    for (const struct departement *d = g->list; kinds & PLACE_DEPARTEMENT && d < g->list + g->count; d++) {
        const char *folded = words_key(h->arena, d->name);
        int rank = strcasecmp(d->code, h->asked) == 0 ? 0 : rank_of(folded, h->asked);
        hit(h, rank, 2, "departement:", d->code, d->name, folded, d->region->name ? d->region->name : "");
    }
}

static void search_communes(const struct gazetteer *g, struct hits *h)
{
    size_t at = 0, len;
    const void *key;
    void *value;
    size_t figures = digits(h->asked), length = strlen(h->asked);
    while (map_next(g->communes, &at, &key, &len, &value)) {
        const struct commune *c = value;
        const struct departement *d = departement_of_insee(g, c->code);
        int rank = rank_of(c->key, h->asked);
        if (figures == length && figures >= 3)
            for (const char *p = c->postal; rank < 0 && *p; p += strcspn(p, ", ")) {
                p += strspn(p, ", ");
                rank = strncmp(p, h->asked, length) == 0 ? 1 : -1;
            }
        hit(h, rank, 3, "commune:", c->code, c->name, c->key, d ? d->name : "");
    }
}

size_t place_search(const struct gazetteer *g, const char *asked, unsigned kinds, struct arena *arena, struct place_found *out, size_t most)
{
    struct hits h = {.asked = words_key(arena, asked), .arena = arena};
    if (!*h.asked)
        return 0;
    search_large(g, &h, kinds);
    if (kinds & PLACE_COMMUNE)
        search_communes(g, &h);
    if (h.count)
        qsort(h.list, h.count, sizeof *h.list, by_rank);
    size_t count = h.count < most ? h.count : most;
    for (size_t i = 0; i < count; i++)
        out[i] = h.list[i].found;
    free(h.list);
    return count;
}
