// SPDX-License-Identifier: EUPL-1.2
// Knows how the lists of the protocol are shown to people.
#include "wire/print.h"

#include "base/arena.h"
#include "wire/field.h"
#include "wire/member.h"
#include "wire/openapi.h"
#include "wire/routes.h"
#include "wire/word.h"

#include <assert.h>
#include <string.h>

#define ROWS 1024
#define COLUMNS 9

struct grid {
    struct arena *arena;
    const char *columns[COLUMNS]; // names, NULL after the last
    size_t rows;
    const char *cells[ROWS][COLUMNS];
};

static struct grid *grid_of(struct arena *arena, const char *const columns[COLUMNS])
{
    struct grid *g = arena_take(arena, sizeof *g);
    g->arena = arena;
    memcpy(g->columns, columns, sizeof g->columns);
    return g;
}

static const char **row(struct grid *g)
{
    assert(g->rows < ROWS);
    return g->cells[g->rows++];
}

static const char *digits(struct grid *g, int64_t n)
{
    return arena_format(g->arena, "%lld", (long long)n);
}

static size_t characters(const char *s)
{
    size_t count = 0;
    for (; *s; s++)
        count += (*s & 0xc0) != 0x80;
    return count;
}

static bool last_column(const struct grid *g, size_t column)
{
    return column + 1 == COLUMNS || !g->columns[column + 1];
}

static size_t width(const struct grid *g, size_t column)
{
    size_t most = characters(g->columns[column]);
    for (size_t i = 0; i < g->rows; i++) {
        size_t count = characters(g->cells[i][column]);
        most = count > most ? count : most;
    }
    return most;
}

static void table_row(const struct grid *g, struct text *out, const char *const *cells, const size_t *widths)
{
    for (size_t c = 0; c < COLUMNS && g->columns[c]; c++) {
        text_put(out, cells[c]);
        for (size_t n = characters(cells[c]); !last_column(g, c) && n < widths[c] + 2; n++)
            text_byte(out, ' ');
    }
    text_byte(out, '\n');
}

static void table(const struct grid *g, struct text *out)
{
    size_t widths[COLUMNS] = {0};
    for (size_t c = 0; c < COLUMNS && g->columns[c]; c++)
        widths[c] = width(g, c);
    table_row(g, out, g->columns, widths);
    for (size_t i = 0; i < g->rows; i++)
        table_row(g, out, g->cells[i], widths);
}

static void array(const struct grid *g, struct text *out)
{
    text_byte(out, '[');
    for (size_t i = 0; i < g->rows; i++) {
        member_item(out);
        text_byte(out, '{');
        for (size_t c = 0; c < COLUMNS && g->columns[c]; c++)
            member_text(out, g->columns[c], g->cells[i][c]);
        text_byte(out, '}');
    }
    text_byte(out, ']');
}

static const char *flag_words(struct grid *g, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *word;
    } words[] = {{ROUTE_KEY, "Idempotency-Key"}, {ROUTE_IF, "If-Match"}, {ROUTE_PAGED, "cursor limit"},
                 {ROUTE_STREAM, "stream"},       {ROUTE_LINES, "lines"},
                 {ROUTE_OWN, "own"},             {ROUTE_GUARDED, "guarded"},
                 {ROUTE_LEAVE, "leave"},         {ROUTE_BULK, "bulk"}};
    const char *all = "";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (flags & words[i].flag)
            all = arena_format(g->arena, "%s%s%s", all, *all ? " " : "", words[i].word);
    return all;
}

static struct grid *routes(struct arena *arena, enum lang lang)
{
    struct grid *g = grid_of(
        arena, (const char *const[COLUMNS]){"method", "path", "who", "scope", "with", "takes", "gives", "status", "text"});
    for (const struct routes_entry *r = NULL; (r = routes_next(r));) {
        const char **cells = row(g);
        cells[0] = r->method;
        cells[1] = r->path;
        cells[2] = rights_words(r->who, lang == LANG_FR);
        cells[3] = rights_scope_word(r->scope);
        cells[4] = flag_words(g, r->flags);
        cells[5] = r->takes;
        cells[6] = r->gives;
        cells[7] = digits(g, r->status);
        cells[8] = r->text[lang];
    }
    return g;
}

static struct grid *fields(struct arena *arena, enum lang lang)
{
    struct grid *g =
        grid_of(arena, (const char *const[COLUMNS]){"record", "field", "type", "use", "most", "text"});
    for (const struct field *f = NULL; (f = field_next(NULL, f));) {
        const char **cells = row(g);
        const char *type = field_type_word(f->type);
        cells[0] = f->record;
        cells[1] = f->name;
        cells[2] = f->of ? arena_format(arena, "%s %s", type, f->of) : type;
        cells[3] = f->shown ? "shown" : f->needed ? "needed" : "";
        cells[4] = f->most ? digits(g, f->most) : "";
        cells[5] = f->text[lang];
    }
    return g;
}

static struct grid *words(struct arena *arena, enum lang lang)
{
    struct grid *g = grid_of(arena, (const char *const[COLUMNS]){"list", "word", "text"});
    for (const struct word *w = NULL; (w = word_next(NULL, w));) {
        const char **cells = row(g);
        cells[0] = w->list;
        cells[1] = w->word;
        cells[2] = w->text[lang];
    }
    return g;
}

static struct grid *errors(struct arena *arena, enum lang lang)
{
    struct grid *g = grid_of(arena, (const char *const[COLUMNS]){"error", "status", "text"});
    for (enum err e = 0; e < ERR_COUNT; e++) {
        const char **cells = row(g);
        cells[0] = err_word(e);
        cells[1] = digits(g, err_status(e));
        cells[2] = err_text(e, lang);
    }
    return g;
}

static struct grid *settings(struct arena *arena, enum lang lang)
{
    static const struct {
        const char *name, *type, *value;
        int64_t least, most;
        const char *unit, *text[2];
    } list[] = {
#define SETTING(name, type, when, value, least, most, unit, fr, en) {#name, #type, value, least, most, unit, {fr, en}},
#include "protocol/settings.def"
#undef SETTING
    };
    struct grid *g = grid_of(arena, (const char *const[COLUMNS]){"setting", "default", "least", "most", "unit", "text"});
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        const char **cells = row(g);
        bool number = strcmp(list[i].type, "NUMBER") == 0;
        cells[0] = list[i].name;
        cells[1] = list[i].value;
        cells[2] = number ? digits(g, list[i].least) : "";
        cells[3] = number ? digits(g, list[i].most) : "";
        cells[4] = list[i].unit;
        cells[5] = list[i].text[lang];
    }
    return g;
}

// Each list is one grid, or several with their names.
static const struct {
    const char *what, *name;
    struct grid *(*grid)(struct arena *arena, enum lang lang);
} lists[] = {
    {"routes", NULL, routes}, {"records", "fields", fields},   {"records", "words", words},
    {"errors", NULL, errors}, {"settings", NULL, settings},
};

static void write_list(struct text *out, size_t i, bool json, enum lang lang)
{
    struct arena *arena = arena_new();
    struct grid *g = lists[i].grid(arena, lang);
    if (json && lists[i].name)
        member_key(out, lists[i].name);
    if (!json && out->len)
        text_byte(out, '\n');
    (json ? array : table)(g, out);
    arena_free(arena);
}

const char *print_lists(void)
{
    return "routes, records, errors, settings, openapi";
}

enum err print_list(struct text *out, const char *what, bool json, enum lang lang)
{
    bool found = false, named = text_equal(what, "records");
    if (text_equal(what, "openapi")) {
        openapi_write(out);
        return ERR_OK;
    }
    if (json && named)
        text_byte(out, '{');
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (!text_equal(lists[i].what, what))
            continue;
        write_list(out, i, json, lang);
        found = true;
    }
    if (json && named)
        text_byte(out, '}');
    return found ? ERR_OK : ERR_USAGE;
}
