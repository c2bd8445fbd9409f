// SPDX-License-Identifier: EUPL-1.2
// Knows which columns a table of people has, and what their cells mean.
#include "wire/guest.h"

#include "wire/mail.h"
#include "wire/word.h"

#include <string.h>
#include <strings.h>

enum kind { TEXT, NUMBER, NUMBERS, WORDS, WISHES };

static const struct column {
    const char *name;
    enum kind kind;
    const char *words; // the list of words
    bool needed;
} columns[GUEST_FIELDS] = {
    {"name", TEXT, NULL, true},        {"email", TEXT, NULL, true},      {"company", TEXT, NULL, false},   {"side", WORDS, "side", false},
    {"language", WORDS, "language", false}, {"most", NUMBER, NULL, false},    {"rest", NUMBER, NULL, false},    {"table", TEXT, NULL, false},
    {"bound", NUMBER, NULL, false},    {"absent", NUMBERS, NULL, false}, {"wishes", WISHES, NULL, false},
};
#define WISHES_AT (GUEST_FIELDS - 1)

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

// Without blanks around it, in the arena.
static char *trimmed(const char *s, size_t len, struct arena *arena)
{
    for (; len && blank(*s); s++)
        len--;
    while (len && blank(s[len - 1]))
        len--;
    return arena_copy(arena, s, len);
}

static char *lower(char *s)
{
    for (char *at = s; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return s;
}

static int column_of(const char *name)
{
    for (int i = 0; i < GUEST_FIELDS; i++)
        if (strcmp(columns[i].name, name) == 0)
            return i;
    return -1;
}

bool guest_header(const struct csvread *r, struct guest_columns *out, struct arena *arena, struct faults *faults)
{
    size_t before = faults->count;
    for (int i = 0; i < GUEST_FIELDS; i++)
        out->at[i] = -1;
    for (size_t i = 0; i < r->count; i++) {
        size_t len;
        const char *cell = csvread_cell(r, i, &len);
        char *name = lower(trimmed(cell, len, arena));
        int column = column_of(name);
        if (column < 0)
            fault_add(faults, ERR_UNKNOWN_FIELD, NULL, "/header/%zu", i);
        else if (out->at[column] >= 0)
            fault_add(faults, ERR_DUPLICATE, name, "/header/%zu", i);
        else
            out->at[column] = (int)i;
    }
    for (int i = 0; i < GUEST_FIELDS; i++)
        if (columns[i].needed && out->at[i] < 0)
            fault_add(faults, ERR_LINE_COLUMNS, columns[i].name, "/header");
    return faults->count == before;
}

// The word itself, or that whose name it is; what is neither is left for the record's rules to refuse.
static const char *word_meant(const char *list, const char *cell)
{
    for (const struct word *w = NULL; (w = word_next(list, w));)
        if (strcasecmp(cell, w->word) == 0 || strcasecmp(cell, w->text[0]) == 0 || strcasecmp(cell, w->text[1]) == 0)
            return w->word;
    return cell;
}

// A number as JSON; what is none goes as a text, and is refused as that.
static void put_number(struct text *out, const char *cell)
{
    int64_t n;
    if (text_int(cell, &n))
        text_format(out, "%lld", (long long)n);
    else
        text_json(out, cell);
}

// The next item of a list, in the arena; NULL behind the last.
static char *next_item(const char **at, struct arena *arena)
{
    char *item;
    do {
        if (!*at || !**at)
            return NULL;
        size_t len = strcspn(*at, "|");
        item = trimmed(*at, len, arena);
        *at += len + ((*at)[len] == '|');
    } while (!*item);
    return item;
}

static void put_numbers(struct text *out, const char *cell, struct arena *arena)
{
    const char *item;
    text_put(out, "[");
    for (int i = 0; (item = next_item(&cell, arena)); i++) {
        text_put(out, i ? "," : "");
        put_number(out, item);
    }
    text_put(out, "]");
}

static void put_cell(struct text *out, const struct column *column, const char *cell, struct arena *arena)
{
    switch (column->kind) {
    case TEXT:
        text_json(out, cell);
        break;
    case NUMBER:
        put_number(out, cell);
        break;
    case NUMBERS:
        put_numbers(out, cell, arena);
        break;
    case WORDS:
        text_json(out, word_meant(column->words, cell));
        break;
    case WISHES:
        break;
    }
}

static const char *cell_of(const struct guest_columns *c, int column, const struct csvread *r, struct arena *arena)
{
    size_t len;
    if (c->at[column] < 0 || (size_t)c->at[column] >= r->count)
        return "";
    const char *cell = csvread_cell(r, (size_t)c->at[column], &len);
    return trimmed(cell, len, arena);
}

static bool among(const char *const *list, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], what) == 0)
            return true;
    return false;
}

static void read_wishes(const char *cell, struct arena *arena, struct guest *g, struct faults *warnings)
{
    const char **list = arena_array(arena, GUEST_WISHES_MOST, sizeof *list), *item;
    for (size_t i = 0; (item = next_item(&cell, arena)); i++) {
        char email[255];
        if (!mail_address(item, email))
            fault_add(warnings, ERR_BAD_MAIL, item, "/wishes/%zu", i);
        else if (strcmp(email, g->email) == 0)
            fault_add(warnings, ERR_SAME_PERSON, NULL, "/wishes/%zu", i);
        else if (among(list, g->wish_count, email))
            fault_add(warnings, ERR_DUPLICATE, email, "/wishes/%zu", i);
        else if (g->wish_count == GUEST_WISHES_MOST)
            fault_add(warnings, ERR_TOO_MANY_WISHES, NULL, "/wishes/%zu", i);
        else
            list[g->wish_count++] = arena_string(arena, email);
    }
    g->wishes = list;
}

bool guest_read(const struct guest_columns *c, const struct csvread *r, struct arena *arena, struct guest *out, struct faults *faults,
                struct faults *warnings)
{
    struct text json;
    size_t before = faults->count, count = 0;
    *out = (struct guest){.email = ""};
    text_init(&json, SIZE_MAX / 2);
    text_put(&json, "{");
    for (int i = 0; i < WISHES_AT; i++) {
        const char *cell = cell_of(c, i, r, arena);
        if (!*cell)
            continue;
        text_format(&json, "%s\"%s\":", count++ ? "," : "", columns[i].name);
        put_cell(&json, &columns[i], cell, arena);
    }
    text_put(&json, "}");
    enum err err = form_read(text_string(&json), json.len, "participant", arena, &out->form, faults);
    text_fini(&json);
    const char *email = err == ERR_OK ? form_value(&out->form, "email") : NULL;
    if (email && !mail_address(email, out->email))
        fault_add(faults, ERR_BAD_MAIL, email, "/email");
    if (faults->count == before)
        read_wishes(cell_of(c, WISHES_AT, r, arena), arena, out, warnings);
    return faults->count == before;
}

void guest_fault(const struct csvread *r, enum lang lang, struct arena *arena, struct faults *faults)
{
    static const char *const why[][2] = {
        [CSVREAD_OPEN] = {"un guillemet n'est jamais fermé", "a quote is never closed"},
        [CSVREAD_BEHIND] = {"du texte suit un guillemet fermant", "text stands behind a closing quote"},
        [CSVREAD_WITHIN] = {"un guillemet au milieu d'une cellule", "a quote within a cell"},
        [CSVREAD_RETURN] = {"un retour chariot sans saut de ligne", "a carriage return without a line feed"},
        [CSVREAD_LONG] = {"plus de 256 Kio", "over 256 KiB"},
        [CSVREAD_COLUMNS] = {"plus de 64 colonnes", "over 64 columns"},
    };
    if (r->fault == CSVREAD_CELLS)
        fault_add(faults, ERR_LINE_COLUMNS, arena_format(arena, "%zu", r->count), "%s", "");
    else if (r->fault == CSVREAD_UTF8)
        fault_add(faults, ERR_BAD_TEXT, NULL, "%s", "");
    else
        fault_add(faults, ERR_LINE_QUOTES, why[r->fault][lang], "%s", "");
}

void guest_write(struct text *out, const struct guest *g, long long line, const char *id)
{
    static const char *const own[] = {"name", "company", "side", "language"}, *const body[] = {"most", "rest", "bound", "absent", "table"};
    text_format(out, "{\"line\":%lld,\"id\":\"%s\",\"email\":", line, id);
    text_json(out, g->email);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        const char *value = form_value(&g->form, own[i]);
        if (!value)
            continue;
        text_format(out, ",\"%s\":", own[i]);
        text_json(out, value);
    }
    text_put(out, ",\"body\":{");
    for (size_t i = 0, count = 0; i < sizeof body / sizeof *body; i++) {
        const char *value = form_value(&g->form, body[i]);
        if (!value)
            continue;
        text_format(out, "%s\"%s\":", count++ ? "," : "", body[i]);
        if (strcmp(body[i], "table") == 0)
            text_json(out, value);
        else
            text_format(out, strcmp(body[i], "absent") == 0 ? "[%s]" : "%s", value);
    }
    text_put(out, "}}");
}
