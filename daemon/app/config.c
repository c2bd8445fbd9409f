// SPDX-License-Identifier: EUPL-1.2
// Knows how settings get their values.
#include "app/config.h"

#include "base/arena.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum type { NUMBER, TEXT };

static const struct setting {
    const char *name, *standard;
    enum type type;
    int64_t least, most;
    size_t offset;
} settings[] = {
#define SETTING(name, type, standard, least, most, unit, fr, en)                                                       \
    {#name, standard, type, least, most, offsetof(struct config, name)},
#include "protocol/settings.def"
#undef SETTING
};
#define COUNT (sizeof settings / sizeof *settings)

static enum err set(struct config *c, const struct setting *s, const char *value, char why[static 256])
{
    void *at = (char *)c + s->offset;
    if (s->type == TEXT) {
        free(*(char **)at);
        *(char **)at = memory_string(value);
        return ERR_OK;
    }
    int64_t number;
    if (!text_int(value, &number) || number < s->least || number > s->most) {
        snprintf(why, 256, "%s = %s (%lld .. %lld)", s->name, value, (long long)s->least, (long long)s->most);
        return ERR_SETTING;
    }
    *(int64_t *)at = number;
    return ERR_OK;
}

void config_init(struct config *c)
{
    char why[256];
    *c = (struct config){0};
    for (size_t i = 0; i < COUNT; i++)
        if (set(c, &settings[i], settings[i].standard, why) != ERR_OK)
            abort(); // the table itself is wrong
}

void config_fini(struct config *c)
{
    for (size_t i = 0; i < COUNT; i++)
        if (settings[i].type == TEXT)
            free(*(char **)((char *)c + settings[i].offset));
}

enum err config_set(struct config *c, const char *name, const char *value, char why[static 256])
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(settings[i].name, name) == 0)
            return set(c, &settings[i], value, why);
    snprintf(why, 256, "%s ?", name);
    return ERR_SETTING;
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t len = strlen(s);
    while (len && strchr(" \t\r\n", s[len - 1]))
        s[--len] = 0;
    return s;
}

enum err config_load(struct config *c, const char *path, char why[static 256])
{
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return ERR_OK;
    if (!file) {
        snprintf(why, 256, "%s: %s", path, strerror(errno));
        return ERR_SETTING;
    }
    char line[4096], wrong[256];
    enum err err = ERR_OK;
    for (int number = 1; err == ERR_OK && fgets(line, sizeof line, file); number++) {
        char *name = trim(line), *equals = strchr(name, '=');
        if (!*name || *name == '#')
            continue;
        if (equals) {
            *equals = 0;
            err = config_set(c, trim(name), trim(equals + 1), wrong);
        } else {
            err = ERR_SETTING;
            snprintf(wrong, sizeof wrong, "'=' ?");
        }
        if (err != ERR_OK)
            snprintf(why, 256, "%.120s:%d: %.120s", path, number, wrong);
    }
    fclose(file);
    return err;
}
