// SPDX-License-Identifier: EUPL-1.2
// Knows how a line of the register of insertion enterprises becomes an offer.
#include "wire/siae.h"

#include "base/text.h"
#include "core/naf.h"
#include "wire/prefill.h"
#include "wire/where.h"
#include "wire/word.h"

#include <stdio.h>
#include <string.h>

#define NAME_MOST 200 // characters
#define PLAUSIBLE 300 // km between a seat and its prefecture
#define DESCRIPTION 10000

enum { SIRET, KIND, NAME, BRAND, NAF, LEGAL_FORM, ADDRESS, POST_CODE, CITY, DEPARTMENT, LON, LAT, WEBSITE, COLUMNS };

static const char *const columns[COLUMNS] = {"siret",     "kind", "name",       "brand", "naf", "legal_form", "address",
                                             "post_code", "city", "department", "lon",   "lat", "website"};

struct entry { // what is being read
    const struct import_context *x;
    struct arena *arena;
    const char *fields[COLUMNS]; // never NULL
    struct faults *faults, *warnings;
};

enum err siae_header(struct siae *s, const char *line, size_t len, struct arena *arena, const char **missing)
{
    static const int needed[] = {SIRET, KIND, NAME};
    _Static_assert(sizeof s->columns / sizeof *s->columns >= COLUMNS, "a place for each column");
    *missing = NULL;
    enum err err = table_header(&s->table, line, len, arena);
    if (err)
        return err;
    for (int i = 0; i < COLUMNS; i++)
        s->columns[i] = table_column(&s->table, columns[i]);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (s->columns[needed[i]] < 0) {
            *missing = columns[needed[i]];
            return ERR_LINE_COLUMNS;
        }
    return ERR_OK;
}

static const char *text(const struct entry *e, int column)
{
    return import_text(e->x, e->arena, e->fields[column], arena_format(e->arena, "/%s", columns[column]), e->warnings);
}

static void read_name(struct entry *e, struct offer *o)
{
    const char *name = text(e, NAME), *brand = text(e, BRAND), *legal = text(e, LEGAL_FORM),
               *website = text(e, WEBSITE);
    const char *address = text(e, ADDRESS), *city = text(e, CITY);
    const struct {
        const char *label, *value;
    } lines[] = {{"Nom", *brand ? name : ""},
                 {"Forme juridique", legal},
                 {"Adresse", address},
                 {"Ville", city},
                 {"Site", website}};
    if (!*name && !*brand)
        fault_add(e->faults, ERR_REQUIRED, NULL, "/name");
    o->name = import_cut(e->arena, *brand ? brand : name, NAME_MOST);
    struct text t;
    text_init(&t, 1 << 20);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (*lines[i].value)
            text_format(&t, "%s%s : %s", t.len ? "\n" : "", lines[i].label, lines[i].value);
    if (t.len)
        o->description = import_cut(e->arena, arena_copy(e->arena, text_string(&t), t.len), DESCRIPTION);
    text_fini(&t);
}

// The NAF code as INSEE writes it in files ("8121Z"); NULL when there is none.
static const char *read_naf(struct entry *e)
{
    const char *raw = e->fields[NAF];
    char *naf = arena_take(e->arena, 6);
    if (!naf_tidy(raw, naf)) {
        fault_add(e->warnings, ERR_NAF_UNKNOWN, import_cut(e->arena, raw, 20), "/naf");
        return NULL;
    }
    if (strcmp(naf, raw) != 0)
        fault_add(e->warnings, ERR_NAF_REPAIRED, arena_format(e->arena, "%s -> %s", raw, naf), "/naf");
    return naf;
}

static void read_capabilities(struct entry *e, struct offer *o)
{
    const struct prefill_row *row = prefill_find(e->x->prefill, read_naf(e), o->structures);
    if (!row) {
        if (o->structures) // else the kind is blamed
            fault_add(e->faults, ERR_TOO_FEW, "1", "/naf");
        return;
    }
    o->capability_count = row->count;
    o->capabilities = arena_array(e->arena, row->count, sizeof *o->capabilities);
    for (size_t i = 0; i < row->count; i++)
        o->capabilities[i] = (struct capability){
            .number = (int)i + 1,
            .cpv = row->cpv[i],
            .services = row->services,
            .radius = SIAE_RADIUS,
            .value = {-1, -1},
        };
}

// The département's code ("63", "2A", "974"), NULL when the line does not tell it.
static const char *departement(const struct entry *e)
{
    const int from[] = {DEPARTMENT, POST_CODE};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        const char *form = place_departement_of(e->x->places, e->fields[from[i]], e->arena);
        if (form)
            return strchr(form, ':') + 1;
    }
    return NULL;
}

static bool read_point(const struct entry *e, struct point near, struct point *out)
{
    bool read = text_decimal(e->fields[LON], &out->lon) && text_decimal(e->fields[LAT], &out->lat);
    bool on_earth = read && out->lon >= -180 && out->lon <= 180 && out->lat >= -90 && out->lat <= 90;
    out->known = on_earth && (!near.known || place_distance(*out, near) <= PLAUSIBLE);
    return out->known;
}

static void read_seat(struct entry *e, struct offer *o)
{
    const char *code = departement(e), *prefecture = code ? where_prefecture(e->x->where, code) : NULL;
    const char *commune = place_by_postal(e->x->places, e->fields[POST_CODE], e->fields[CITY], e->arena), *again;
    struct point near = prefecture ? place_centre(e->x->places, prefecture) : (struct point){0};
    struct place p;
    // A CEDEX code or a wrong one: the name within the département.
    if (!commune && code && *e->fields[CITY] &&
        where_read(e->x->where, e->x->places, e->arena, "Code postal", e->fields[POST_CODE], e->fields[CITY], &p,
                   &again) == ERR_OK &&
        p.commune)
        commune = p.text;
    if (commune && place_parse(e->x->places, commune, e->arena, &p) == ERR_OK)
        o->seat = p;
    if (read_point(e, near, &o->at))
        return;
    o->at = (struct point){0};
    const char *taken = o->seat.text;
    if (!taken || !o->seat.centre.known) {
        o->at = near;
        taken = prefecture ? arena_format(e->arena, "commune:%s", prefecture) : NULL;
    }
    if (!taken || (!o->at.known && !o->seat.centre.known))
        fault_add(e->faults, ERR_UNKNOWN_PLACE, import_cut(e->arena, e->fields[CITY], 60), "/city");
    else
        fault_add(e->warnings, ERR_SEAT_GUESSED, taken, "/lon");
}

static void read_entry(struct entry *e, struct offer *o)
{
    *o = (struct offer){.version = 1, .active = true, .full_until = DAY_UNKNOWN};
    (void)import_siret(e->arena, e->fields[SIRET], "/siret", o->siret, e->faults, e->warnings);
    int bit = word_value("structure", e->fields[KIND]);
    if (bit > 0)
        o->structures = (unsigned)bit;
    else
        fault_add(e->faults, *e->fields[KIND] ? ERR_NOT_ONE_OF : ERR_REQUIRED, word_all("structure", e->arena),
                  "/kind");
    read_name(e, o);
    read_capabilities(e, o);
    read_seat(e, o);
}

enum err siae_read(const struct import_context *x, const struct siae *s, const char *line, size_t len,
                   struct arena *arena, struct offer *out, struct faults *faults, struct faults *warnings)
{
    const char **fields;
    struct entry e = {.x = x, .arena = arena, .faults = faults, .warnings = warnings};
    enum err err = table_split(&s->table, line, len, arena, &fields);
    if (err) {
        char count[24];
        snprintf(count, sizeof count, "%zu", s->table.count);
        fault_add(faults, err, count, "%s", "");
        return ERR_INVALID;
    }
    for (int i = 0; i < COLUMNS; i++)
        e.fields[i] = s->columns[i] < 0 ? "" : fields[s->columns[i]];
    read_entry(&e, out);
    return faults->count ? ERR_INVALID : ERR_OK;
}
