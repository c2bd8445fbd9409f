// SPDX-License-Identifier: EUPL-1.2
// Writes the workload as a client would bring it: offers FOLDER OFFERS MORE NEEDS [SEED [REFERENCE]]. Into the folder:
// offers.ndjson and offers.csv (the same offers), more.ndjson (those after them), needs.ndjson (bodies), and the places
// and codes that they speak of, communes.tsv and cpv.tsv. SIRET have their check digits, days are those from today on.
#include "workload.h"

#include "base/clock.h"
#include "base/text.h"
#include "wire/record.h"
#include "wire/word.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400
#define CODES 100000000 // of 8 digits
#define COLUMNS                                                                                                        \
    "siret,name,structures,seat,labels,active,full_until,description,blocked,title,cpv,services,areas,radius,"         \
    "value_min,value_max,keywords,excluded\n"

struct writer {
    const char *folder;
    struct workload *w;
    int32_t later;  // days from the workload's today to ours
    uint8_t *codes; // a bit each
    struct text line;
};

static FILE *create(const struct writer *w, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", w->folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void put_line(struct writer *w, FILE *f)
{
    if (fwrite(text_string(&w->line), 1, w->line.len, f) != w->line.len) {
        perror("write");
        exit(1);
    }
    text_clear(&w->line);
}

static void end_file(FILE *f)
{
    if (fclose(f) != 0) {
        perror("write");
        exit(1);
    }
}

// Numbers of enterprises that have their check digits

static int check_digit(const char *digits, size_t len)
{
    int sum = 0;
    for (size_t i = 0; i < len; i++) {
        int d = (digits[i] - '0') * ((len - i) % 2 ? 2 : 1);
        sum += d / 10 + d % 10;
    }
    return (10 - sum % 10) % 10;
}

// The workload's digits: 1 of a supplier or 2 of a buyer and its number, then perhaps an establishment.
static const char *real_siret(struct arena *arena, const char *drawn)
{
    char out[16], digits[10] = "";
    strncpy(digits, drawn, 9);
    unsigned long number = strtoul(digits + 1, NULL, 10) + (digits[0] == '2' ? 20000000 : 10000000);
    snprintf(out, sizeof out, "%08lu", number);
    out[8] = (char)('0' + check_digit(out, 8));
    snprintf(out + 9, sizeof out - 9, "0001");
    out[13] = (char)('0' + check_digit(out, 13));
    return arena_copy(arena, out, strlen(drawn) > 9 ? 14 : 9);
}

static void make_real(struct strings *sirets, struct arena *arena)
{
    for (size_t i = 0; i < sirets->count; i++)
        sirets->list[i] = real_siret(arena, sirets->list[i]);
}

static void note_code(struct writer *w, struct cpv cpv)
{
    uint32_t unit = 1000000; // of two digits
    for (int digits = 2; digits <= cpv.digits; digits++, unit /= 10) {
        uint32_t code = cpv.code / unit * unit;
        w->codes[code / 8] |= (uint8_t)(1 << code % 8);
    }
}

// Offers

static const char *const kinds[] = {"Association", "Les Ateliers", "Régie de quartier",  "Coopérative",
                                    "Les Jardins", "Services",     "Entreprise adaptée", "Chantiers"};
static const char *const names[] = {"du Grand Chêne", "des Trois Ponts", "de la Vallée",          "Saint-Éloi",
                                    "de l'Avenir",    "du Vieux Moulin", "solidaires du Plateau", "Les Hirondelles"};
static const char *const works[] = {"Prestations courantes", "Interventions ponctuelles", "Contrat annuel",
                                    "Mise à disposition d'équipes", "Production et livraison"};

#define ONE_OF(list, number) (list)[(number) % (sizeof(list) / sizeof *(list))]

static void make_offer(struct writer *w, uint32_t number, struct arena *arena, struct offer *out)
{
    workload_offer(w->w, number, 0, arena, out);
    strncpy(out->siret, real_siret(arena, out->siret), sizeof out->siret - 1);
    make_real(&out->blocked, arena);
    if (out->full_until != DAY_UNKNOWN)
        out->full_until += w->later;
    out->name = arena_format(arena, "%s %s %" PRIu32, ONE_OF(kinds, number), ONE_OF(names, number / 8), number);
    out->description = arena_format(
        arena,
        "%s : équipe de %" PRIu32
        " personnes, encadrement technique et social, interventions en journée ou en soirée, devis sous 48 heures.",
        out->name, 3 + number % 57);
    for (size_t i = 0; i < out->capability_count; i++) {
        struct capability *c = &out->capabilities[i];
        c->title = arena_format(arena, "%s, %08" PRIu32, ONE_OF(works, number + i), c->cpv.code);
        note_code(w, c->cpv);
    }
}

static void put_words(struct text *out, const char *list, unsigned set, const char *between, const char *quote)
{
    bool first = true;
    for (const struct word *word = NULL; (word = word_next(list, word));)
        if (set & word->value) {
            text_format(out, "%s%s%s%s", first ? "" : between, quote, word->word, quote);
            first = false;
        }
}

static void write_json(struct writer *w, const struct offer *o)
{
    text_format(&w->line, "{\"siret\":\"%s\",\"name\":", o->siret);
    text_json(&w->line, o->name);
    text_put(&w->line, ",\"structures\":[");
    put_words(&w->line, "structure", o->structures, ",", "\"");
    text_put(&w->line, "],\"offer\":");
    record_write_offer(&w->line, o);
    text_put(&w->line, "}\n");
}

static void put_list(struct text *out, const struct strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        text_format(out, "%s%s", i ? "|" : "", list->list[i]);
    text_byte(out, ',');
}

static void put_value(struct text *out, int64_t value)
{
    if (value >= 0)
        text_format(out, "%" PRId64, value);
    text_byte(out, ',');
}

static void put_offer_columns(struct text *out, const struct offer *o)
{
    char day[12] = "";
    text_format(out, "\"%s\",", o->name);
    put_words(out, "structure", o->structures, "|", "");
    text_format(out, ",%s,", o->seat.text);
    put_list(out, &o->labels);
    if (o->full_until != DAY_UNKNOWN)
        clock_format_day(o->full_until, day);
    text_format(out, "%s,%s,\"%s\",", o->active ? "oui" : "non", day, o->description);
    put_list(out, &o->blocked);
}

static void put_capability_columns(struct text *out, const struct capability *c)
{
    text_format(out, "\"%s\",%08" PRIu32 ",", c->title, c->cpv.code);
    put_words(out, "service", c->services, "|", "");
    text_byte(out, ',');
    for (size_t i = 0; i < c->area_count; i++)
        text_format(out, "%s%s", i ? "|" : "", c->areas[i].text);
    text_byte(out, ',');
    put_value(out, c->radius > 0 ? (int64_t)c->radius : -1);
    put_value(out, c->value.least);
    put_value(out, c->value.most);
    put_list(out, &c->keywords);
    put_list(out, &c->excluded);
    out->data[out->len - 1] = '\n';
}

static void write_rows(struct writer *w, const struct offer *o)
{
    for (size_t i = 0; i < o->capability_count; i++) {
        text_format(&w->line, "%s,", o->siret);
        if (i == 0)
            put_offer_columns(&w->line, o);
        else
            text_put(&w->line, ",,,,,,,,");
        put_capability_columns(&w->line, &o->capabilities[i]);
    }
}

static void write_offers(struct writer *w, uint32_t from, uint32_t count, const char *objects, const char *rows)
{
    FILE *json = create(w, objects), *csv = rows ? create(w, rows) : NULL;
    text_put(&w->line, rows ? COLUMNS : "");
    if (csv)
        put_line(w, csv);
    for (uint32_t i = from; i < from + count; i++) {
        struct arena *arena = arena_new();
        struct offer o;
        make_offer(w, i, arena, &o);
        write_json(w, &o);
        put_line(w, json);
        if (csv) {
            write_rows(w, &o);
            put_line(w, csv);
        }
        arena_free(arena);
    }
    end_file(json);
    if (csv)
        end_file(csv);
}

// Needs

// A form takes a code once.
static void drop_repeated(struct lot *l)
{
    size_t count = 0;
    for (size_t i = 0, k; i < l->cpv_count; i++) {
        for (k = 0; k < count && l->cpv[k].code != l->cpv[i].code; k++)
            ;
        if (k == count)
            l->cpv[count++] = l->cpv[i];
    }
    l->cpv_count = count;
}

static void write_needs(struct writer *w, uint32_t count)
{
    FILE *f = create(w, "needs.ndjson");
    for (uint32_t i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        struct need n;
        workload_need(w->w, i, arena, &n);
        make_real(&n.blocked, arena);
        n.start += w->later;
        if (n.deadline != TIME_UNKNOWN)
            n.deadline += (int64_t)(w->later + 1) * DAY;
        for (size_t k = 0; k < n.lot_count; k++) {
            drop_repeated(&n.lots[k]);
            for (size_t c = 0; c < n.lots[k].cpv_count; c++)
                note_code(w, n.lots[k].cpv[c]);
        }
        record_write_need(&w->line, &n);
        text_byte(&w->line, '\n');
        put_line(w, f);
        arena_free(arena);
    }
    end_file(f);
}

// What they speak of

static void write_codes(struct writer *w)
{
    FILE *f = create(w, "cpv.tsv");
    text_put(&w->line, "code\tfr\ten\n");
    for (uint32_t code = 0; code < CODES; code++)
        if (w->codes[code / 8] >> code % 8 & 1) {
            text_format(&w->line, "%08" PRIu32 "\tPrestations du code %08" PRIu32 "\tServices of code %08" PRIu32 "\n",
                        code, code, code);
            put_line(w, f);
        }
    end_file(f);
}

static void write_commune(struct writer *w, FILE *f, const char *code)
{
    struct point at = place_centre(workload_places(w->w), code);
    if (!at.known)
        return;
    text_format(&w->line, "%s\tCommune %s\t\t%.4f\t%.4f\n", code, code, at.lat, at.lon);
    put_line(w, f);
}

// Of every département, under all numbers that an INSEE code has.
static void write_communes(struct writer *w)
{
    FILE *f = create(w, "communes.tsv");
    text_put(&w->line, "insee\tnom\tcodes_postaux\tlat\tlon\n");
    put_line(w, f);
    for (unsigned d = 1; d < 977; d = d == 95 ? 971 : d + 1)
        for (unsigned k = 0; k < (d < 100 ? 1000 : 100); k++) {
            char code[16];
            snprintf(code, sizeof code, d < 100 ? "%02u%03u" : "%u%02u", d, k);
            write_commune(w, f, code);
            if (d == 20) { // Corsica: 2A, 2B
                code[1] = 'A';
                write_commune(w, f, code);
                code[1] = 'B';
                write_commune(w, f, code);
            }
        }
    end_file(f);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "offers FOLDER OFFERS MORE NEEDS [SEED [REFERENCE]]\n");
        return 2;
    }
    static struct writer w;
    uint32_t offers = (uint32_t)strtoul(argv[2], NULL, 10), more = (uint32_t)strtoul(argv[3], NULL, 10);
    w.folder = argv[1];
    w.w = workload_new(argc > 5 ? strtoull(argv[5], NULL, 10) : 1, argc > 6 ? argv[6] : "sql/reference");
    if (!w.w)
        return 1;
    w.later = (int32_t)(clock_wall() / 1000 / DAY - workload_now() / DAY);
    w.codes = memory_new(CODES / 8);
    memset(w.codes, 0, CODES / 8);
    text_init(&w.line, 1 << 24);
    write_offers(&w, 0, offers, "offers.ndjson", "offers.csv");
    write_offers(&w, offers, more, "more.ndjson", NULL);
    write_needs(&w, (uint32_t)strtoul(argv[4], NULL, 10));
    write_codes(&w);
    write_communes(&w);
    text_fini(&w.line);
    free(w.codes);
    workload_free(w.w);
    return 0;
}
