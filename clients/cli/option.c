// SPDX-License-Identifier: EUPL-1.2
// Knows how options are written on the command line.
#include "option.h"

#include "say.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word, *value;
    int64_t least, most;
    const char *text[2];
} table[OPTIONS] = {
#define OPTION(name, word, value, least, most, fr, en) [OPTION_##name] = {word, value, least, most, {fr, en}},
#include "options.def"
#undef OPTION
};

static enum lang environment_language(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return text_starts(value, "fr") ? LANG_FR : LANG_EN;
    }
    return LANG_EN;
}

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static int find(const char *name, size_t len)
{
    for (int i = 0; i < OPTIONS; i++)
        if (strlen(table[i].word) == len && memcmp(table[i].word, name, len) == 0)
            return i;
    return -1;
}

static bool set(struct options *o, int which, const char *value)
{
    if (o->value[which])
        return say_no(o->lang, "--%s est donné deux fois", "--%s is given twice", table[which].word);
    o->value[which] = value;
    if (table[which].most && (!text_int(value, &o->number[which]) || o->number[which] < table[which].least ||
                              o->number[which] > table[which].most))
        return say_no(o->lang, "--%s : un nombre de %lld à %lld", "--%s: a number from %lld to %lld", table[which].word,
                      (long long)table[which].least, (long long)table[which].most);
    if (which == OPTION_LANG && !text_equal(value, "fr") && !text_equal(value, "en"))
        return say_no(o->lang, "--lang : fr ou en", "--lang: fr or en");
    if (which == OPTION_LANG)
        o->lang = text_equal(value, "fr") ? LANG_FR : LANG_EN;
    return true;
}

// Takes "--name", "--name=value" or "--name value"; *at stands on the last argument used.
static bool take(struct options *o, int argc, char **argv, int *at)
{
    const char *name = argv[*at] + 2, *equal = strchr(name, '=');
    int which = find(name, equal ? (size_t)(equal - name) : strlen(name));
    if (which < 0)
        return say_no(o->lang, "option inconnue : %s", "unknown option: %s", argv[*at]);
    if (!table[which].value)
        return equal ? say_no(o->lang, "--%s ne prend pas de valeur", "--%s takes no value", table[which].word)
                     : set(o, which, "");
    if (equal)
        return set(o, which, equal + 1);
    if (*at + 1 >= argc)
        return say_no(o->lang, "--%s demande une valeur (%s)", "--%s needs a value (%s)", table[which].word,
                      table[which].value);
    return set(o, which, argv[++*at]);
}

static bool take_all(struct options *o, int argc, char **argv)
{
    bool only_words = false;
    for (int i = 1; i < argc; i++) {
        if (!only_words && text_equal(argv[i], "--"))
            only_words = true;
        else if (!only_words && text_starts(argv[i], "--")) {
            if (!take(o, argc, argv, &i))
                return false;
        } else if (!only_words && argv[i][0] == '-' && argv[i][1])
            return say_no(o->lang, "option inconnue : %s", "unknown option: %s", argv[i]);
        else if (o->words == OPTION_WORDS_MOST)
            return say_no(o->lang, "trop de mots", "too many words");
        else
            o->word[o->words++] = argv[i];
    }
    return true;
}

// What goes into a header of the request must be one line of printable ASCII.
static bool headers_clean(const struct options *o)
{
    static const enum option headers[] = {OPTION_TOKEN, OPTION_KEY, OPTION_ETAG, OPTION_SINCE};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        for (const char *s = o->value[headers[i]]; s && *s; s++)
            if (*s < 0x20 || *s > 0x7e)
                return say_no(o->lang, "--%s contient un caractère interdit",
                              "--%s holds a character that is not allowed", table[headers[i]].word);
    return true;
}

bool option_read(struct options *o, int argc, char **argv)
{
    *o = (struct options){.lang = environment_language()};
    if (!take_all(o, argc, argv))
        return false;
    if (!o->value[OPTION_SERVER])
        o->value[OPTION_SERVER] = environment("ENTREGENT_SERVER", "http://127.0.0.1:8080");
    if (!o->value[OPTION_TOKEN])
        o->value[OPTION_TOKEN] = environment("ENTREGENT_TOKEN", NULL);
    if (!o->value[OPTION_CACERT])
        o->value[OPTION_CACERT] = environment("ENTREGENT_CACERT", NULL);
    return headers_clean(o);
}

static bool listed(const enum option *list, int which)
{
    bool everywhere = which < OPTION_EVERYWHERE;
    if (!list || everywhere)
        return everywhere;
    while (*list != OPTIONS && (int)*list != which)
        list++;
    return *list != OPTIONS;
}

bool option_check(const struct options *o, const enum option *allowed)
{
    for (int i = 0; i < OPTIONS; i++)
        if (o->value[i] && !listed(allowed, i))
            return say_no(o->lang, "--%s ne va pas avec ce verbe", "--%s does not go with this verb", table[i].word);
    return true;
}

bool option_given(const struct options *o, enum option which)
{
    return o->value[which] != NULL;
}

int64_t option_number(const struct options *o, enum option which, int64_t otherwise)
{
    return o->value[which] ? o->number[which] : otherwise;
}

const char *option_word(enum option which)
{
    return table[which].word;
}

void option_print(enum lang lang, const enum option *which)
{
    for (int i = 0; i < OPTIONS; i++) {
        char name[40];
        if (which ? i < OPTION_EVERYWHERE || !listed(which, i) : i >= OPTION_EVERYWHERE)
            continue;
        snprintf(name, sizeof name, "--%s %s", table[i].word, table[i].value ? table[i].value : "");
        printf("  %-22s %s\n", name, table[i].text[lang]);
    }
}
