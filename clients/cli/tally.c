// SPDX-License-Identifier: EUPL-1.2
// Knows what became of the lines of an import.
#include "tally.h"

#include "say.h"

#include "base/arena.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_MOST (4u << 20)

bool tally_open(struct tally *t, const struct options *o, const char *name)
{
    const char *report = o->value[OPTION_REPORT];
    *t = (struct tally){.o = o, .name = name};
    if (report && !(t->report = fopen(report, "w")))
        return say_no(o->lang, "%s : écriture impossible (%s)", "%s: cannot be written (%s)", report, strerror(errno));
    return true;
}

bool tally_close(struct tally *t)
{
    bool good = true;
    free(t->reasons);
    if (t->report) {
        good = !ferror(t->report);
        good = fclose(t->report) == 0 && good;
    }
    if (!good)
        say_no(t->o->lang, "%s : écriture impossible (%s)", "%s: cannot be written (%s)", t->o->value[OPTION_REPORT],
               strerror(errno));
    return good;
}

static void count_reason(struct tally *t, const char *code, bool refusal)
{
    size_t i = 0;
    while (i < t->reason_count && (t->reasons[i].refusal != refusal || strncmp(t->reasons[i].code, code, 63) != 0))
        i++;
    if (i == t->reason_count) {
        t->reasons = memory_grow(t->reasons, ++t->reason_count, sizeof *t->reasons);
        t->reasons[i] = (struct tally_reason){.refusal = refusal};
        snprintf(t->reasons[i].code, sizeof t->reasons[i].code, "%s", code);
    }
    t->reasons[i].count++;
}

// FILE:LINE: refused: /field: sentence
static void tell(const struct tally *t, uint64_t number, bool refusal, const char *pointer, const char *detail)
{
    bool fr = t->o->lang == LANG_FR;
    if (!refusal && !option_given(t->o, OPTION_VERBOSE))
        return;
    const char *word = refusal ? (fr ? "refusé" : "refused") : fr ? "réparé" : "repaired";
    say_line(t->o->lang, "%s:%llu: %s: %s%s%s", "%s:%llu: %s: %s%s%s", t->name, (unsigned long long)number, word,
             pointer ? pointer : "", pointer && *pointer ? ": " : "", detail ? detail : "");
}

static void add_reasons(struct tally *t, uint64_t number, json_t *list, bool refusal)
{
    size_t i;
    json_t *reason;
    json_array_foreach(list, i, reason)
    {
        const char *code = json_string_value(json_object_get(reason, "code"));
        json_int_t line = json_integer_value(json_object_get(reason, "line"));
        count_reason(t, code ? code : "?", refusal);
        tell(t, line > 0 ? (uint64_t)line : number, refusal, json_string_value(json_object_get(reason, "pointer")),
             json_string_value(json_object_get(reason, "detail")));
    }
}

static void report(struct tally *t, const char *result, size_t len)
{
    if (!t->report)
        return;
    fwrite(result, 1, len, t->report);
    fputc('\n', t->report);
}

static uint64_t *counter(struct tally *t, const char *status)
{
    return text_equal(status, "taken")      ? &t->taken
           : text_equal(status, "repaired") ? &t->repaired
           : text_equal(status, "refused")  ? &t->refused
                                            : NULL;
}

bool tally_add(struct tally *t, uint64_t number, const char *result, size_t len)
{
    json_t *object = json_loadb(result, len, 0, NULL);
    uint64_t *count = counter(t, json_string_value(json_object_get(object, "status")));
    json_t *line = json_object_get(object, "line"), *errors = json_object_get(object, "errors");
    if (!count || (uint64_t)json_integer_value(line) != number) {
        json_decref(object);
        return false;
    }
    ++*count;
    t->read++;
    t->fresh += json_is_true(json_object_get(object, "new"));
    if (count != &t->refused)
        add_reasons(t, number, json_object_get(object, "warnings"), false);
    add_reasons(t, number, errors, true);
    if (count == &t->refused && json_array_size(errors) == 0)
        tell(t, number, true, NULL, NULL); // never silently
    report(t, result, len);
    json_decref(object);
    return true;
}

void tally_taken(struct tally *t, uint64_t taken, uint64_t fresh)
{
    t->read += taken;
    t->taken += taken;
    t->fresh += fresh;
}

void tally_reason(struct text *out, enum lang lang, uint64_t line, const char *pointer, enum err err, const char *arg)
{
    struct text sentence;
    const char *text = err_text(err, lang), *hole = strstr(text, "%s");
    text_init(&sentence, RESULT_MOST);
    text_add(&sentence, text, hole ? (size_t)(hole - text) : strlen(text));
    if (hole)
        text_format(&sentence, "%s%s", arg, hole + 2);
    text_put(out, out->len && out->data[out->len - 1] == '}' ? ",{" : "{");
    if (line)
        text_format(out, "\"line\":%llu,", (unsigned long long)line);
    text_format(out, "\"pointer\":\"%s\",\"code\":\"%s\",\"detail\":", pointer, err_word(err));
    text_json(out, text_string(&sentence));
    text_put(out, "}");
    text_fini(&sentence);
}

void tally_refuse(struct tally *t, uint64_t number, enum err err, const char *arg)
{
    struct text result;
    text_init(&result, RESULT_MOST);
    text_format(&result, "{\"line\":%llu,\"status\":\"refused\",\"id\":null,\"new\":false,\"warnings\":[],\"errors\":[",
                (unsigned long long)number);
    tally_reason(&result, t->o->lang, 0, "", err, arg);
    text_put(&result, "]}");
    bool known = tally_add(t, number, text_string(&result), result.len);
    (void)known; // made here, so it is a result
    text_fini(&result);
}

// The sentence of a code, with an ellipsis for what differs from line to line.
static void add_sentence(struct text *out, const char *code, enum lang lang)
{
    for (int e = 0; e < ERR_COUNT; e++) {
        if (!text_equal(err_word((enum err)e), code))
            continue;
        const char *text = err_text((enum err)e, lang), *hole = strstr(text, "%s");
        text_add(out, text, hole ? (size_t)(hole - text) : strlen(text));
        text_format(out, "%s%s", hole ? "…" : "", hole ? hole + 2 : "");
    }
}

static int by_count(const void *a, const void *b)
{
    const struct tally_reason *x = a, *y = b;
    if (x->refusal != y->refusal)
        return x->refusal ? -1 : 1;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->code, y->code);
}

static double rate(const struct tally *t, double seconds)
{
    return seconds > 0 ? (double)(t->rows ? t->rows : t->read) / seconds : 0;
}

static void add_summary(const struct tally *t, struct text *out, double seconds)
{
    static const char *const words[2][5] = {
        {"lignes lues", "prises telles quelles", "réparées", "refusées", "nouvelles"},
        {"lines read", "taken as they are", "repaired", "refused", "new"},
    };
    const uint64_t counts[] = {t->read, t->taken, t->repaired, t->refused, t->fresh};
    enum lang lang = t->o->lang;
    text_format(out, lang == LANG_FR ? "%s : %.1f s, %.0f lignes/s\n" : "%s: %.1f s, %.0f lines/s\n", t->name, seconds,
                rate(t, seconds));
    if (t->rows)
        text_format(out, lang == LANG_FR ? "%9llu  offres, de %llu rangées\n" : "%9llu  offers, of %llu rows\n",
                    (unsigned long long)t->read, (unsigned long long)t->rows);
    for (size_t i = t->rows ? 1 : 0; i < sizeof counts / sizeof *counts; i++)
        text_format(out, "%9llu  %s\n", (unsigned long long)counts[i], words[lang][i]);
    for (size_t i = 0; i < t->reason_count; i++) {
        const struct tally_reason *r = &t->reasons[i];
        text_format(out, "%9llu  %-8s %-16s ", (unsigned long long)r->count,
                    r->refusal        ? words[lang][3]
                    : lang == LANG_FR ? "réparée"
                                      : words[lang][2],
                    r->code);
        add_sentence(out, r->code, lang);
        text_byte(out, '\n');
    }
}

// Every refusal has its reasons in it, so they may be more.
static void print_object(const struct tally *t, double seconds)
{
    const char *before = "";
    printf("{\"read\":%llu,\"taken\":%llu,\"repaired\":%llu,\"refused\":%llu,\"new\":%llu,\"rows\":%llu,\"reasons\":{",
           (unsigned long long)t->read, (unsigned long long)t->taken, (unsigned long long)t->repaired,
           (unsigned long long)t->refused, (unsigned long long)t->fresh,
           (unsigned long long)(t->rows ? t->rows : t->read));
    for (size_t i = 0; i < t->reason_count; i++)
        if (t->reasons[i].refusal) {
            struct text code;
            text_init(&code, 1024);
            text_json(&code, t->reasons[i].code);
            printf("%s%s:%llu", before, text_string(&code), (unsigned long long)t->reasons[i].count);
            text_fini(&code);
            before = ",";
        }
    printf("},\"seconds\":%.3f,\"per_second\":%.0f}\n", seconds, rate(t, seconds));
}

void tally_print(const struct tally *t, double seconds)
{
    struct text summary;
    bool json = option_given(t->o, OPTION_JSON);
    if (t->reason_count)
        qsort(t->reasons, t->reason_count, sizeof *t->reasons, by_count);
    text_init(&summary, RESULT_MOST);
    add_summary(t, &summary, seconds);
    fputs(text_string(&summary), json ? stderr : stdout);
    if (json)
        print_object(t, seconds);
    text_fini(&summary);
}
