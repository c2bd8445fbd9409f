// SPDX-License-Identifier: EUPL-1.2
// Knows how settings get their values, at the start and while running.
#include "app/config.h"

#include "base/arena.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENT (-1) // in origin.line

enum type { NUMBER, TEXT, SECRET };
enum when { LIVE, START };

static const struct setting {
    const char *name, *standard;
    enum type type;
    enum when when;
    int64_t least, most;
    size_t offset;
    const char *unit, *text[2];
} settings[CONFIG_COUNT] = {
#define SETTING(name, type, when, standard, least, most, unit, fr, en)                                                 \
    {#name, standard, type, when, least, most, offsetof(struct config, name), unit, {fr, en}},
#include "protocol/settings.def"
#undef SETTING
};

static int64_t *number_of(struct config *c, const struct setting *s)
{
    return (int64_t *)(void *)((char *)c + s->offset);
}

static char **text_of(struct config *c, const struct setting *s)
{
    return (char **)(void *)((char *)c + s->offset);
}

// ---- Problems

static void complain(const struct config *c, struct config_report *r, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void complain(const struct config *c, struct config_report *r, int line, const char *format, ...)
{
    char what[640], where[256] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (line > 0)
        snprintf(where, sizeof where, "%s:%d", c->origin.file, line);
    r->problems++;
    r->say(r->ctx, line == ARGUMENT ? "--set" : where, what);
}

void config_problem(const struct config *c, struct config_report *r, enum config_name name, const char *format, ...)
{
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    complain(c, r, c->origin.line[name], r->lang == LANG_FR ? "%s : %s" : "%s: %s", settings[name].name, what);
}

// ---- Values

static bool is_clean(const char *value)
{
    for (const char *s = value; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            return false;
    return text_utf8(value, strlen(value));
}

static bool put(struct config *c, const struct setting *s, const char *value)
{
    int64_t number;
    if (s->type != NUMBER && is_clean(value)) {
        free(*text_of(c, s));
        *text_of(c, s) = memory_string(value);
        return true;
    }
    if (s->type != NUMBER || !text_int(value, &number) || number < s->least || number > s->most)
        return false;
    *number_of(c, s) = number;
    return true;
}

void config_init(struct config *c)
{
    *c = (struct config){0};
    for (size_t i = 0; i < CONFIG_COUNT; i++)
        if (!put(c, &settings[i], settings[i].standard))
            abort(); // the table itself is wrong
}

void config_fini(struct config *c)
{
    for (size_t i = 0; i < CONFIG_COUNT; i++)
        if (settings[i].type != NUMBER)
            free(*text_of(c, &settings[i]));
}

// ---- Names

static const struct setting *find(const char *name)
{
    for (size_t i = 0; i < CONFIG_COUNT; i++)
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

#define NAME_MOST 40

// Letters to put, drop or replace to make one of the other (Levenshtein). Both are shorter than NAME_MOST.
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_MOST];
    for (size_t k = 0; k <= strlen(b); k++)
        row[k] = k;
    for (size_t i = 0; a[i]; i++) {
        size_t before = row[0]++;
        for (size_t k = 0; b[k]; k++) {
            size_t replaced = before + (a[i] != b[k]);
            before = row[k + 1];
            size_t other = (row[k] < before ? row[k] : before) + 1;
            row[k + 1] = other < replaced ? other : replaced;
        }
    }
    return row[strlen(b)];
}

// The setting that was probably meant; NULL when none is near.
static const char *nearest(const char *name)
{
    size_t length = strlen(name), best = 2 + length / 3;
    const char *found = NULL;
    for (size_t i = 0; i < CONFIG_COUNT && length < NAME_MOST; i++) {
        size_t d = distance(name, settings[i].name);
        if (d >= best)
            continue;
        best = d;
        found = settings[i].name;
    }
    return found;
}

static void unknown(const struct config *c, struct config_report *r, int line, const char *name)
{
    bool fr = r->lang == LANG_FR;
    const char *meant = nearest(name);
    if (meant)
        complain(c, r, line, fr ? "%.80s : réglage inconnu ; peut-être %s ?" : "%.80s: no such setting; perhaps %s?",
                 name, meant);
    else
        complain(c, r, line,
                 fr ? "%.80s : réglage inconnu (entregentd --print settings)"
                    : "%.80s: no such setting (entregentd --print settings)",
                 name);
}

// ---- Reading

static void give(struct config *c, struct config_report *r, int line, const char *name, const char *value)
{
    bool fr = r->lang == LANG_FR;
    const struct setting *s = find(name);
    if (!s) {
        unknown(c, r, line, name);
        return;
    }
    int *origin = &c->origin.line[s - settings];
    if (line > 0 && *origin > 0)
        complain(c, r, line, fr ? "%s : déjà donné à la ligne %d" : "%s: given already on line %d", name, *origin);
    *origin = line;
    if (put(c, s, value))
        return;
    if (s->type != NUMBER)
        complain(c, r, line, fr ? "%s : caractères interdits" : "%s: characters that are not allowed", name);
    else
        complain(c, r, line, fr ? "%s = %.80s : un nombre de %lld à %lld" : "%s = %.80s: a number from %lld to %lld", name,
                 value, (long long)s->least, (long long)s->most);
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t len = strlen(s);
    while (len && strchr(" \t\r\n", s[len - 1]))
        s[--len] = 0;
    return s;
}

static void read_line(struct config *c, struct config_report *r, int number, char *line)
{
    char *name = trim(line), *equals = strchr(name, '=');
    if (!*name || *name == '#')
        return;
    if (!equals) {
        complain(c, r, number, r->lang == LANG_FR ? "%.80s : il manque « = »" : "%.80s: '=' is missing", name);
        return;
    }
    *equals = 0;
    give(c, r, number, trim(name), trim(equals + 1));
}

static void read_file(struct config *c, struct config_report *r, FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    for (int number = 1; (len = getline(&line, &room, file)) >= 0; number++)
        if (strlen(line) == (size_t)len)
            read_line(c, r, number, line);
        else
            complain(c, r, number, r->lang == LANG_FR ? "octet nul" : "NUL byte");
    if (ferror(file))
        complain(c, r, 0, "%.120s: %s", c->origin.file, strerror(errno));
    free(line);
}

enum err config_read(struct config *c, const struct config_source *from, struct config_report *r)
{
    int before = r->problems;
    FILE *file = fopen(from->path, "re");
    c->origin.file = from->name;
    if (file) {
        read_file(c, r, file);
        fclose(file);
    } else if (errno != ENOENT)
        complain(c, r, 0, "%.120s: %s", from->name, strerror(errno));
    for (int i = 0; i < from->set_count; i++) {
        char *copy = memory_string(from->sets[i]), *equals = strchr(copy, '=');
        if (equals)
            *equals = 0;
        give(c, r, ARGUMENT, copy, equals ? equals + 1 : "");
        free(copy);
    }
    return r->problems > before ? ERR_SETTING : ERR_OK;
}

// ---- Anew

static bool differ(struct config *a, struct config *b, const struct setting *s)
{
    return s->type != NUMBER ? strcmp(*text_of(a, s), *text_of(b, s)) != 0 : *number_of(a, s) != *number_of(b, s);
}

// What c had goes into `from`, to be freed there.
static void swap(struct config *c, struct config *from, const struct setting *s)
{
    if (s->type != NUMBER) {
        char *former = *text_of(c, s);
        *text_of(c, s) = *text_of(from, s);
        *text_of(from, s) = former;
    } else
        *number_of(c, s) = *number_of(from, s);
    c->origin.line[s - settings] = from->origin.line[s - settings];
}

void config_take(struct config *c, struct config *from, void (*changed)(void *ctx, const char *name, bool live), void *ctx)
{
    for (const struct setting *s = settings; s < settings + CONFIG_COUNT; s++) {
        bool differs = differ(c, from, s), live = s->when == LIVE;
        if (live)
            swap(c, from, s);
        if (differs)
            changed(ctx, s->name, live);
    }
}

// ---- Shown

void config_each(const struct config *c, void (*fn)(void *ctx, const struct config_view *v), void *ctx)
{
    for (const struct setting *s = settings; s < settings + CONFIG_COUNT; s++) {
        char digits[24];
        const void *at = (const char *)c + s->offset;
        int line = c->origin.line[s - settings];
        bool number = s->type == NUMBER, secret = s->type == SECRET;
        if (number)
            snprintf(digits, sizeof digits, "%lld", (long long)*(const int64_t *)at);
        const char *value = number ? digits : *(char *const *)at;
        fn(ctx, &(struct config_view){
                    .name = s->name, .standard = s->standard, .unit = s->unit, .text = {s->text[LANG_FR], s->text[LANG_EN]},
                    .value = secret && *value ? NULL : value, .given = line == 0 ? "default" : line > 0 ? "file" : "command",
                    .number = number, .secret = secret, .live = s->when == LIVE, .least = s->least, .most = s->most});
    }
}
