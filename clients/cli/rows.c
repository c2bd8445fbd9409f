// SPDX-License-Identifier: EUPL-1.2
// Knows how rows of a table become offers.
#include "rows.h"

#include "say.h"
#include "tally.h"

#include "core/siret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FAULTS_MOST (64u << 10) // bytes; further reasons are left out
#define NUMBER_MOST 24          // characters

// Writes a cell as JSON; false where it is not what the column holds.
typedef bool rows_write(const struct rows *r, struct text *out, const char *s, size_t len);
static rows_write write_text, write_list, write_number, write_truth;

enum part { OF_ORGANISATION, OF_OFFER, OF_CAPABILITY };

// In the order in which they are written.
static const struct {
    const char *name, *group, *member; // of the column; of the JSON: "" or the object that the member is in
    rows_write *write;
    enum part part;
    bool needed;
} table[ROWS_COLUMNS] = {
    {"siret", "", "siret", write_text, OF_ORGANISATION, true},
    {"name", "", "name", write_text, OF_ORGANISATION, true},
    {"structures", "", "structures", write_list, OF_ORGANISATION, false},
    {"seat", "", "seat", write_text, OF_OFFER, false},
    {"lat", "point", "lat", write_number, OF_OFFER, false},
    {"lon", "point", "lon", write_number, OF_OFFER, false},
    {"labels", "", "labels", write_list, OF_OFFER, false},
    {"criteria", "", "criteria", write_list, OF_OFFER, false},
    {"active", "", "active", write_truth, OF_OFFER, false},
    {"full_until", "", "full_until", write_text, OF_OFFER, false},
    {"description", "", "description", write_text, OF_OFFER, false},
    {"blocked", "", "blocked", write_list, OF_OFFER, false},
    {"title", "", "title", write_text, OF_CAPABILITY, false},
    {"cpv", "", "cpv", write_text, OF_CAPABILITY, true},
    {"services", "", "services", write_list, OF_CAPABILITY, false},
    {"areas", "", "areas", write_list, OF_CAPABILITY, false},
    {"radius", "", "radius", write_number, OF_CAPABILITY, false},
    {"value_min", "value", "min", write_number, OF_CAPABILITY, false},
    {"value_max", "value", "max", write_number, OF_CAPABILITY, false},
    {"keywords", "", "keywords", write_list, OF_CAPABILITY, false},
    {"excluded", "", "excluded", write_list, OF_CAPABILITY, false},
};
#define SIRET 0 // its place in the table

void rows_init(struct rows *r, const struct options *o, const char *name, uint64_t before)
{
    *r = (struct rows){.o = o, .name = name};
    csvread_init(&r->reader);
    r->reader.lines = before;
    text_init(&r->json, ROWS_LINE_MOST + 1);
    text_init(&r->faults, SIZE_MAX / 2);
    text_init(&r->doubt, SIZE_MAX / 2);
    text_init(&r->done, SIZE_MAX / 2);
}

void rows_fini(struct rows *r)
{
    csvread_fini(&r->reader);
    text_fini(&r->json);
    text_fini(&r->faults);
    text_fini(&r->doubt);
    text_fini(&r->done);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *trim(const char *s, size_t *len)
{
    while (*len && is_blank(s[*len - 1]))
        --*len;
    for (; *len && is_blank(*s); s++)
        --*len;
    return s;
}

// The cell of a column of the table; empty where the file has none.
static const char *cell(const struct rows *r, size_t column, size_t *len)
{
    int at = r->columns[column];
    *len = 0;
    return at < 0 || (size_t)at >= r->reader.count ? "" : trim(csvread_cell(&r->reader, (size_t)at, len), len);
}

// Cells

static bool write_text(const struct rows *r, struct text *out, const char *s, size_t len)
{
    size_t i = 0;
    (void)r;
    while (i < len && (unsigned char)s[i] >= 0x20 && s[i] != '"' && s[i] != '\\')
        i++;
    if (i < len) {
        text_json_bytes(out, s, len);
        return true;
    }
    text_byte(out, '"'); // nothing to escape, and known to be UTF-8
    text_add(out, s, len);
    text_byte(out, '"');
    return true;
}

static bool write_list(const struct rows *r, struct text *out, const char *s, size_t len)
{
    const char *end = s + len;
    char before = '[';
    for (const char *at = s; at < end;) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        size_t n = (size_t)((bar ? bar : end) - at);
        const char *item = trim(at, &n);
        if (n) {
            text_byte(out, before);
            write_text(r, out, item, n);
            before = ',';
        }
        at = bar ? bar + 1 : end;
    }
    text_put(out, before == '[' ? "[]" : "]");
    return true;
}

// A decimal; a comma is its point where columns are parted by semicolons, as spreadsheets set to French write them.
static bool write_number(const struct rows *r, struct text *out, const char *s, size_t len)
{
    char number[NUMBER_MOST + 1];
    size_t at = 0, digits = 0, points = 0;
    bool minus = len && *s == '-';
    for (size_t i = minus; i < len && at < NUMBER_MOST; i++) {
        bool point = s[i] == '.' || (s[i] == ',' && r->reader.separator == ';');
        if (!(s[i] >= '0' && s[i] <= '9') && !point)
            return false;
        if (point && (++points > 1 || digits == 0 || i + 1 == len))
            return false;
        digits += !point;
        if (at == 1 && number[0] == '0' && !point)
            at = 0; // JSON has no leading zeros
        number[at++] = point ? '.' : s[i];
    }
    if (digits == 0 || len >= NUMBER_MOST)
        return false;
    text_put(out, minus ? "-" : "");
    text_add(out, number, at);
    return true;
}

static bool write_truth(const struct rows *r, struct text *out, const char *s, size_t len)
{
    static const char *const words[2][5] = {{"false", "faux", "no", "non", "0"}, {"true", "vrai", "yes", "oui", "1"}};
    (void)r;
    for (int truth = 0; truth < 2; truth++)
        for (size_t i = 0; i < sizeof words[0] / sizeof *words[0]; i++)
            if (strlen(words[truth][i]) == len && strncasecmp(words[truth][i], s, len) == 0) {
                text_put(out, words[truth][0]);
                return true;
            }
    return false;
}

// Rows

static void add_fault(struct rows *r, uint64_t line, const char *column, enum err err, const char *arg)
{
    if (r->faults.len < FAULTS_MOST)
        tally_reason(&r->faults, r->o->lang, line, column, err, arg);
}

static void add_wrong(struct rows *r, size_t column)
{
    char pointer[40];
    bool fr = r->o->lang == LANG_FR;
    const char *form = table[column].write == write_number ? (fr ? "un nombre, 12.5" : "a number, 12.5")
                       : fr                                ? "oui ou non"
                                                           : "yes or no";
    snprintf(pointer, sizeof pointer, "/%s", table[column].name);
    add_fault(r, r->reader.line, pointer, ERR_WRONG_TYPE, form);
}

static void open_member(struct text *out, const char *name)
{
    char last = out->len ? out->data[out->len - 1] : 0;
    text_put(out, last == '{' ? "\"" : ",\"");
    text_put(out, name);
    text_put(out, "\":");
}

// The members of a part that the row fills.
static void write_part(struct rows *r, enum part part)
{
    const char *group = "";
    for (size_t i = 0; i < ROWS_COLUMNS; i++) {
        size_t len;
        const char *s = table[i].part == part ? cell(r, i, &len) : NULL;
        if (!s || len == 0)
            continue;
        if (strcmp(group, table[i].group) != 0) {
            text_put(&r->json, *group ? "}" : "");
            group = table[i].group;
            if (*group) {
                open_member(&r->json, group);
                text_byte(&r->json, '{');
            }
        }
        open_member(&r->json, table[i].member);
        if (!table[i].write(r, &r->json, s, len))
            add_wrong(r, i);
    }
    text_put(&r->json, *group ? "}" : "");
}

static void open_offer(struct rows *r, const char *siret, size_t len)
{
    r->open = true;
    r->line = r->reader.line;
    r->count = 0;
    len = len < sizeof r->siret - 1 ? len : sizeof r->siret - 1;
    memcpy(r->siret, siret, len);
    r->siret[len] = 0;
    text_clear(&r->json);
    text_clear(&r->faults);
    text_format(&r->json, "{\"line\":%llu", (unsigned long long)r->line);
    write_part(r, OF_ORGANISATION);
    text_put(&r->json, ",\"offer\":{");
    write_part(r, OF_OFFER);
    open_member(&r->json, "capabilities");
    text_byte(&r->json, '[');
}

static void write_refusal(struct rows *r, uint64_t line, uint64_t count, const struct text *faults)
{
    text_clear(&r->done);
    text_format(&r->done,
                "{\"line\":%llu,\"status\":\"refused\",\"id\":null,\"new\":false,\"warnings\":[],\"errors\":[",
                (unsigned long long)line);
    text_add(&r->done, text_string(faults), faults->len);
    text_put(&r->done, "]}");
    r->done_line = r->done_last = line;
    r->done_count = count;
}

// Ends the offer under way, which becomes what is given.
static enum rows_step close_offer(struct rows *r)
{
    if (!r->open)
        return ROWS_MORE;
    r->open = false;
    text_clear(&r->doubt);
    text_put(&r->json, "]}}\n");
    if (r->json.full)
        add_fault(r, r->line, "", ERR_TOO_LONG, r->o->lang == LANG_FR ? "256 Kio" : "256 KiB");
    if (r->faults.len) {
        write_refusal(r, r->line, r->count, &r->faults);
        return ROWS_REFUSED;
    }
    struct text line = r->json;
    r->json = r->done;
    r->json.limit = line.limit;
    r->done = line;
    r->done.limit = SIZE_MAX / 2;
    r->done_line = r->line;
    r->done_last = r->last;
    r->done_count = r->count;
    return ROWS_OFFER;
}

// The reason why the row cannot be read, added to out.
static void add_unreadable(const struct rows *r, struct text *out)
{
    static const char *const texts[][2] = {
        [CSVREAD_OPEN] = {"un guillemet n'est jamais fermé", "a quote is never closed"},
        [CSVREAD_BEHIND] = {"du texte suit un guillemet fermant", "text stands behind a closing quote"},
        [CSVREAD_WITHIN] = {"un guillemet au milieu d'une cellule (il se double dans une cellule entre guillemets)",
                            "a quote in the middle of a cell (it is doubled in a cell between quotes)"},
        [CSVREAD_RETURN] = {"un retour chariot sans saut de ligne", "a carriage return without a line feed"},
        [CSVREAD_LONG] = {"plus de 256 Kio", "over 256 KiB"},
        [CSVREAD_COLUMNS] = {"plus de 64 colonnes", "over 64 columns"},
    };
    char counts[64];
    enum csvread_fault fault = r->reader.fault;
    enum lang lang = r->o->lang;
    if (fault == CSVREAD_CELLS) {
        snprintf(counts, sizeof counts, lang == LANG_FR ? "%zu au lieu de %zu" : "%zu instead of %zu", r->reader.count,
                 r->reader.columns);
        tally_reason(out, lang, r->reader.line, "", ERR_LINE_COLUMNS, counts);
    } else if (fault == CSVREAD_UTF8)
        tally_reason(out, lang, r->reader.line, "", ERR_BAD_TEXT, "");
    else
        tally_reason(out, lang, r->reader.line, "", ERR_LINE_QUOTES, texts[fault][lang]);
}

// A row of which not even the SIRET can be told is refused by itself; should the offer before go on behind it, it was
// one of its rows, and the offer is not whole.
static enum rows_step refuse_row(struct rows *r)
{
    struct text fault;
    text_init(&fault, SIZE_MAX / 2);
    add_unreadable(r, &fault);
    if (r->open && r->doubt.len < FAULTS_MOST) {
        text_put(&r->doubt, r->doubt.len ? "," : "");
        text_add(&r->doubt, text_string(&fault), fault.len);
    }
    write_refusal(r, r->reader.line, 1, &fault);
    text_fini(&fault);
    return ROWS_REFUSED;
}

static bool empty(const struct rows *r)
{
    size_t len;
    for (size_t i = 0; i < r->reader.count; i++) {
        const char *s = csvread_cell(&r->reader, i, &len);
        trim(s, &len);
        if (len)
            return false;
    }
    return true;
}

static void add_row(struct rows *r, bool good)
{
    if (r->doubt.len && r->faults.len < FAULTS_MOST) {
        text_put(&r->faults, r->faults.len ? "," : "");
        text_add(&r->faults, text_string(&r->doubt), r->doubt.len);
    }
    text_clear(&r->doubt);
    if (!good && r->faults.len < FAULTS_MOST)
        add_unreadable(r, &r->faults);
    else if (good) {
        text_put(&r->json, r->count ? ",{" : "{");
        write_part(r, OF_CAPABILITY);
        text_byte(&r->json, '}');
    }
    r->last = r->reader.line;
    r->count++;
}

static enum rows_step take_row(struct rows *r, bool good)
{
    size_t len;
    const char *siret = cell(r, SIRET, &len);
    char shaped[15] = "";
    enum rows_step step = ROWS_MORE;
    if (good && empty(r))
        return ROWS_MORE;
    if (!good) {
        if (len == 14)
            memcpy(shaped, siret, 14);
        if (!siret_shaped(shaped))
            return refuse_row(r);
    }
    if (!r->open || len == 0 || len != strlen(r->siret) || memcmp(siret, r->siret, len) != 0) {
        step = close_offer(r);
        open_offer(r, siret, len);
    }
    add_row(r, good);
    return step;
}

// The header

static bool bad_header(const struct rows *r, const char *fr, const char *en, const char *what)
{
    struct text known;
    text_init(&known, 1024);
    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        text_format(&known, "%s%s", i ? ", " : "", table[i].name);
    say_no(r->o->lang, "%s : %s : %s (colonnes connues : %s)", "%s: %s: %s (known columns: %s)", r->name,
           r->o->lang == LANG_FR ? fr : en, what, text_string(&known));
    text_fini(&known);
    return false;
}

static bool take_header(struct rows *r, enum csvread_step step)
{
    if (step == CSVREAD_BAD)
        return bad_header(r, "l'en-tête ne peut être lu", "the header cannot be read", r->name);
    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        r->columns[i] = -1;
    for (size_t at = 0; at < r->reader.count; at++) {
        size_t len, i = 0;
        const char *name = csvread_cell(&r->reader, at, &len), *word = trim(name, &len);
        while (i < ROWS_COLUMNS && (strlen(table[i].name) != len || strncasecmp(table[i].name, word, len) != 0))
            i++;
        if (i == ROWS_COLUMNS)
            return bad_header(r, "colonne inconnue", "unknown column", *name ? name : "\"\"");
        if (r->columns[i] >= 0)
            return bad_header(r, "colonne donnée deux fois", "column given twice", table[i].name);
        r->columns[i] = (int)at;
    }
    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        if (table[i].needed && r->columns[i] < 0)
            return bad_header(r, "colonne absente", "missing column", table[i].name);
    return true;
}

static enum rows_step take(struct rows *r, bool header, enum csvread_step step)
{
    if (header)
        return take_header(r, step) ? ROWS_MORE : ROWS_BAD;
    return take_row(r, step == CSVREAD_RECORD);
}

enum rows_step rows_next(struct rows *r, const char *bytes, size_t len, size_t *used)
{
    enum rows_step step = ROWS_MORE;
    size_t n;
    *used = 0;
    while (step == ROWS_MORE && *used < len) {
        bool header = !r->reader.columns;
        enum csvread_step read = csvread_next(&r->reader, bytes + *used, len - *used, &n);
        *used += n;
        if (read != CSVREAD_MORE)
            step = take(r, header, read);
    }
    return step;
}

enum rows_step rows_end(struct rows *r)
{
    bool header = !r->reader.columns;
    enum csvread_step read = csvread_end(&r->reader);
    enum rows_step step = read == CSVREAD_MORE ? ROWS_MORE : take(r, header, read);
    return step == ROWS_MORE ? close_offer(r) : step;
}

// Whether the pointer, from a member on, is about this column: its member, or anything in it.
static bool about(size_t i, const char *at)
{
    const char *first = *table[i].group ? table[i].group : table[i].member;
    size_t len = strlen(first);
    if (strncmp(at, first, len) != 0 || (at[len] && at[len] != '/'))
        return false;
    return !*table[i].group || !at[len] || text_equal(at + len + 1, table[i].member);
}

const char *rows_column(const char *pointer, uint64_t *row)
{
    static const char of_offer[] = "/offer/", of_capability[] = "capabilities/";
    enum part part = OF_ORGANISATION;
    char *end;
    *row = 0;
    if (*pointer++ != '/')
        return NULL;
    if (text_starts(pointer, of_offer + 1)) {
        part = OF_OFFER;
        pointer += sizeof of_offer - 2;
    }
    if (part == OF_OFFER && text_starts(pointer, of_capability)) {
        part = OF_CAPABILITY;
        *row = strtoull(pointer + sizeof of_capability - 1, &end, 10);
        if (*end != '/')
            return NULL;
        pointer = end + 1;
    }
    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        if (table[i].part == part && about(i, pointer))
            return table[i].name;
    return NULL;
}

bool rows_fits(const char *line)
{
    struct csvread reader;
    size_t used, len, known = 0;
    csvread_init(&reader);
    if (csvread_next(&reader, line, strlen(line), &used) == CSVREAD_MORE && csvread_end(&reader) == CSVREAD_RECORD)
        for (size_t at = 0; at < reader.count; at++) {
            const char *name = csvread_cell(&reader, at, &len), *word = trim(name, &len);
            for (size_t i = 0; i < ROWS_COLUMNS; i++)
                known += strlen(table[i].name) == len && strncasecmp(table[i].name, word, len) == 0;
        }
    bool fits = reader.columns > 1 && known > 0;
    csvread_fini(&reader);
    return fits;
}
