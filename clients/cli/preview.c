// SPDX-License-Identifier: EUPL-1.2
// Knows how the reach of a draft looks to a buyer.
#include "preview.h"

#include "layout.h"
#include "say.h"

#include "base/text.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 65536

static const char *either(const struct options *o, const char *fr, const char *en)
{
    return o->lang == LANG_FR ? fr : en;
}

static const char *get(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static long long number(json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void show_text(int indent, const char *label, struct text *value)
{
    layout_field(indent, label, text_string(value));
    text_clear(value);
}

static void add_list(struct text *out, json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
        text_format(out, "%s%s", i ? ", " : "", json_string_value(item) ? json_string_value(item) : "");
}

static void add_value(const struct options *o, struct text *out, json_t *change)
{
    json_t *value = json_object_get(change, "value"), *most = json_object_get(value, "max");
    text_format(out, " (%lld × ", number(change, "parts"));
    if (json_object_get(value, "min"))
        text_format(out, "%s%lld", most ? "" : either(o, "à partir de ", "from "), number(value, "min"));
    if (most)
        text_format(out, "%s%lld", json_object_get(value, "min") ? either(o, " à ", " to ") : either(o, "jusqu'à ", "up to "),
                    number(value, "max"));
    text_put(out, " €)");
}

// "Reserved: L2113-12", "Another CPV code: 90910000 instead of 90911200 (Cleaning)".
static void add_change(const struct options *o, struct text *out, json_t *change)
{
    int kind = word_value("preview_kind", get(change, "change"));
    const char *colon = either(o, " : ", ": ");
    json_t *code = json_object_get(change, "label");
    text_put(out, kind < 0 ? get(change, "change") : word_text("preview_kind", (unsigned)kind, o->lang));
    if (json_object_get(change, "parts"))
        add_value(o, out, change);
    else if (json_object_get(change, "without"))
        text_format(out, "%s%s", colon, get(change, "without"));
    else if (code)
        text_format(out, "%s%s %s %s (%s)", colon, get(code, "code"), either(o, "au lieu de", "instead of"),
                    get(change, "instead"), get(code, either(o, "fr", "en")));
    else if (json_object_get(change, "reserved") || json_object_get(change, "places")) {
        text_put(out, colon);
        add_list(out, json_object_get(change, "reserved"));
        add_list(out, json_object_get(change, "places"));
    }
}

struct row {
    json_t *change;
    long long gain;
    size_t at;
};

// The most gained first; of equals the order of the answer.
static int by_gain(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->gain != y->gain)
        return x->gain < y->gain ? 1 : -1;
    return x->at < y->at ? -1 : 1;
}

static void show_changes(const struct options *o, json_t *changes, long long present)
{
    size_t i, count = json_array_size(changes);
    json_t *change;
    struct text text;
    struct row *rows = count ? calloc(count, sizeof *rows) : NULL;
    if (!rows)
        return;
    json_array_foreach(changes, i, change) rows[i] = (struct row){change, number(change, "suppliers") - present, i};
    qsort(rows, count, sizeof *rows, by_gain);
    text_init(&text, TEXT_MOST);
    puts(either(o, "  Un changement, et ce qu'il donnerait", "  One change, and what would come of it"));
    for (i = 0; i < count; i++) {
        char gain[32];
        snprintf(gain, sizeof gain, "%+lld", rows[i].gain);
        fputs("  ", stdout);
        layout_cell(rows[i].gain ? gain : "=", -8);
        layout_number(number(rows[i].change, "suppliers"), 8);
        add_change(o, &text, rows[i].change);
        layout_last(text_string(&text), LAYOUT_COLUMNS - 20);
        text_clear(&text);
    }
    text_fini(&text);
    free(rows);
}

// "120 Place", each on its line, and whom several conditions keep away.
static void add_lost(const struct options *o, struct text *out, json_t *lot)
{
    size_t i;
    json_t *lost;
    json_array_foreach(json_object_get(lot, "lost"), i, lost)
        text_format(out, "%s%lld %s", i ? "\n" : "", number(lost, "suppliers"), get(lost, "text"));
    if (number(lot, "several"))
        text_format(out, "%s%lld %s", out->len ? "\n" : "", number(lot, "several"), either(o, "plusieurs raisons", "several reasons"));
}

static void show_lot(const struct options *o, json_t *lot)
{
    struct text text;
    text_init(&text, TEXT_MOST);
    printf("\nLot %lld\n", number(lot, "lot"));
    text_format(&text, "%lld", number(lot, "suppliers"));
    if (number(lot, "near"))
        text_format(&text, "%s%lld%s", either(o, ", dont ", ", "), number(lot, "near"),
                    either(o, " à moins de 10 km", " of them within 10 km"));
    show_text(2, either(o, "Fournisseurs touchés", "Suppliers reached"), &text);
    if (json_object_get(lot, "trade")) {
        text_format(&text, "%lld", number(lot, "trade"));
        show_text(2, either(o, "de ce métier en France", "of that trade in France"), &text);
        add_lost(o, &text, lot);
        show_text(2, either(o, "Écartés par", "Kept away by"), &text);
    }
    text_fini(&text);
    show_changes(o, json_object_get(lot, "changes"), number(lot, "suppliers"));
}

void preview_show(const struct options *o, json_t *preview)
{
    size_t i;
    json_t *lot, *warning;
    bool total = json_object_get(preview, "suppliers") != NULL;
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", number(preview, "suppliers"));
    layout_field(0, either(o, "Fournisseurs, tous lots ensemble", "Suppliers, over all lots"),
                 total ? digits : either(o, "non compté", "not counted"));
    json_array_foreach(json_object_get(preview, "lots"), i, lot) show_lot(o, lot);
    json_array_foreach(json_object_get(preview, "warnings"), i, warning)
        layout_field(0, get(warning, "pointer"), get(warning, "detail"));
    if (json_is_false(json_object_get(preview, "complete")))
        say_line(o->lang, "Le temps a manqué : %s.", "Time was short: %s.",
                 total ? either(o, "il y aurait d'autres changements", "there would be more changes")
                       : either(o, "le total n'a pas été compté, il manque des changements et peut-être des lots",
                                "the total was not counted; changes are missing, and perhaps lots"));
}
