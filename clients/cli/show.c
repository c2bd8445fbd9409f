// SPDX-License-Identifier: EUPL-1.2
// Knows how the server's records look to a reader.
#include "show.h"

#include "layout.h"

#include "base/text.h"
#include "wire/field.h"
#include "wire/word.h"

#include <stdio.h>
#include <string.h>

#define VALUE_MOST (1u << 20)

static const struct {
    const char *code, *text[2];
} scores[] = {
#define SCORE(name, code, points, fr, en) {code, {fr, en}},
#include "protocol/score.def"
#undef SCORE
};

static const struct {
    const char *word, *text[2];
} kinds[] = {
    {"match", {"trouvé", "match"}},         {"amended", {"modifié", "amended"}},
    {"withdrawn", {"retiré", "withdrawn"}}, {"cancelled", {"annulé", "cancelled"}},
    {"awarded", {"attribué", "awarded"}},   {"closed", {"clos", "closed"}},
    {"matched", {"diffusé", "matched"}},    {"closing", {"échéance", "closing"}},
    {"interest", {"intérêt", "interest"}},  {"interests", {"intérêts", "interests"}},
};

static const struct {
    const char *word, *text[2];
} answers[] = {
    {"interested", {"intéressé", "interested"}},
    {"declined", {"décliné", "declined"}},
};

static const char *get(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static const char *either(const struct options *o, const char *fr, const char *en)
{
    return o->lang == LANG_FR ? fr : en;
}

// The text of a word ("devis") of a list, or the word itself.
static const char *text_of(const struct options *o, const char *list, const char *word)
{
    int value = word && list ? word_value(list, word) : -1;
    const char *text = value < 0 ? NULL : word_text(list, (unsigned)value, o->lang);
    return text ? text : word;
}

static void add_string(const struct options *o, struct text *out, const struct field *f, const char *value)
{
    char when[32];
    bool word = f->type == FIELD_WORD || f->type == FIELD_WORDS;
    if (f->type == FIELD_INSTANT)
        text_put(out, layout_time(value, when));
    else
        text_put(out, word ? text_of(o, f->of, value) : value);
}

static void add_value(const struct options *o, struct text *out, const struct field *f, json_t *value);

// "1000 to 5000", "from 1000", "up to 5000".
static void add_range(const struct options *o, struct text *out, json_t *range)
{
    json_t *least = json_object_get(range, "min"), *most = json_object_get(range, "max");
    if (json_is_integer(least))
        text_format(out, "%s%" JSON_INTEGER_FORMAT,
                    json_is_integer(most) ? either(o, "de ", "") : either(o, "à partir de ", "from "),
                    json_integer_value(least));
    if (json_is_integer(most))
        text_format(out, "%s%" JSON_INTEGER_FORMAT,
                    json_is_integer(least) ? either(o, " à ", " to ") : either(o, "jusqu'à ", "up to "),
                    json_integer_value(most));
}

// "Name (SIRET ...)" of a buyer or a supplier, "/field: sentence" of a fault, else "key value, key value".
static void add_object(const struct options *o, struct text *out, const struct field *f, json_t *object)
{
    const char *key, *between = "", *name = get(object, "name"), *siret = get(object, "siret");
    json_t *value;
    if (text_equal(f->of, "organisation"))
        text_format(out, "%s%s%s%s", name ? name : "", siret ? " (SIRET " : "", siret ? siret : "", siret ? ")" : "");
    else if (f->type == FIELD_RANGE)
        add_range(o, out, object);
    else if (text_equal(f->of, "fault"))
        text_format(out, "%s%s %s", get(object, "pointer") ? get(object, "pointer") : "", either(o, " :", ":"),
                    get(object, "detail") ? get(object, "detail") : "");
    else
        json_object_foreach(object, key, value)
        {
            if (json_is_null(value))
                continue;
            text_format(out, "%s%s ", between, key);
            add_value(o, out, f, value);
            between = ", ";
        }
}

// Appends a value of a field as text: words translated, lists joined, times local.
static void add_value(const struct options *o, struct text *out, const struct field *f, json_t *value)
{
    size_t i;
    json_t *item;
    if (json_is_string(value))
        add_string(o, out, f, json_string_value(value));
    else if (json_is_integer(value))
        text_format(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        text_format(out, "%.7g", json_real_value(value));
    else if (json_is_boolean(value))
        text_put(out, json_is_true(value) ? either(o, "oui", "yes") : either(o, "non", "no"));
    else if (json_is_object(value))
        add_object(o, out, f, value);
    json_array_foreach(value, i, item)
    {
        text_put(out, i == 0 ? "" : json_is_object(item) ? "\n" : ", ");
        add_value(o, out, f, item);
    }
}

// The label of a field is what stands before its explanations: "Version, +1 by each change".
static void show_text(int indent, const struct field *f, enum lang lang, const char *value)
{
    char label[64];
    snprintf(label, sizeof label, "%.*s", (int)strcspn(f->text[lang], ",(:;"), f->text[lang]);
    for (size_t len = strlen(label); len && label[len - 1] == ' '; len--)
        label[len - 1] = 0;
    layout_field(indent, label, value);
}

static void show_field(const struct options *o, int indent, const struct field *f, json_t *object)
{
    struct text text;
    text_init(&text, VALUE_MOST);
    add_value(o, &text, f, json_object_get(object, f->name));
    show_text(indent, f, o->lang, text_string(&text));
    text_fini(&text);
}

// The fields of a record in the order of records.def: those that the server adds, or those that a client writes. Lots
// and capabilities follow elsewhere.
static void show_part(const struct options *o, int indent, const char *record, json_t *object, bool shown)
{
    for (const struct field *f = NULL; (f = field_next(record, f));)
        if (f->shown == shown && !text_equal(f->of, "lot") && !text_equal(f->of, "capability"))
            show_field(o, indent, f, object);
}

static void show_fields(const struct options *o, int indent, const char *record, json_t *object)
{
    show_part(o, indent, record, object, true);
    show_part(o, indent, record, object, false);
}

// A list of records, each under a line with its number.
static void show_numbered(const struct options *o, const char *label, const char *record, json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        printf("\n%s %zu\n", label, i + 1);
        show_fields(o, 2, record, item);
    }
}

void show_record(const struct options *o, const char *record, json_t *object)
{
    show_fields(o, 0, record, object);
}

void show_need(const struct options *o, json_t *need)
{
    show_fields(o, 0, "need", need);
    show_numbered(o, "Lot", "lot", json_object_get(need, "lots"));
}

void show_offer(const struct options *o, json_t *offer)
{
    show_fields(o, 0, "offer", offer);
    show_numbered(o, either(o, "Capacité", "Capability"), "capability", json_object_get(offer, "capabilities"));
}

void show_organisation(const struct options *o, json_t *organisation)
{
    show_fields(o, 0, "organisation", organisation);
}

void show_member(const struct options *o, json_t *member)
{
    show_fields(o, 0, "member", member);
}

void show_invitation(const struct options *o, json_t *invitation)
{
    show_fields(o, 0, "invitation", invitation);
}

void show_report(const struct options *o, json_t *report)
{
    show_fields(o, 0, "report", report);
}

void show_erased(const struct options *o, json_t *erased)
{
    show_fields(o, 0, "erased", erased);
}

// The form of a person speaks of what is to change: these are the words for what is.
void show_person(const struct options *o, json_t *person)
{
    static const char *const lines[][2] = {
        {"person", "id"},       {"member", "name"},      {"member", "email"},
        {"person", "language"}, {"person", "moderator"}, {"signin", "password"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        show_field(o, 0, field_find(lines[i][0], lines[i][1]), person);
}

static void show_score(const struct options *o, int indent, json_t *lines)
{
    size_t i;
    json_t *line;
    json_array_foreach(lines, i, line)
    {
        const char *code = get(line, "code"), *text = code;
        for (size_t k = 0; k < sizeof scores / sizeof *scores; k++)
            if (text_equal(scores[k].code, code))
                text = scores[k].text[o->lang];
        printf("%*s", indent, "");
        layout_number(json_integer_value(json_object_get(line, "points")), 4);
        layout_clean(stdout, text);
        putchar('\n');
    }
}

static void show_conditions(const struct options *o, json_t *conditions)
{
    size_t i;
    json_t *condition;
    json_array_foreach(conditions, i, condition)
    {
        struct text label;
        const char *name = get(condition, "condition"), *sentence = get(condition, "sentence");
        text_init(&label, 256);
        text_format(&label, "%-4s%s",
                    json_is_true(json_object_get(condition, "holds")) ? either(o, "oui", "yes")
                                                                      : either(o, "NON", "NO"),
                    name ? name : "");
        layout_field(2, text_string(&label), sentence);
        text_fini(&label);
    }
}

// "Lot 1 × capability 2", and what came of it.
static void show_pair(const struct options *o, json_t *pair)
{
    json_t *score = json_object_get(pair, "score");
    bool fits = json_is_true(json_object_get(pair, "matches"));
    printf("\nLot %" JSON_INTEGER_FORMAT " × %s %" JSON_INTEGER_FORMAT "%s %s",
           json_integer_value(json_object_get(pair, "lot")), either(o, "capacité", "capability"),
           json_integer_value(json_object_get(pair, "capability")), either(o, " :", ":"),
           fits ? either(o, "oui", "yes") : either(o, "non", "no"));
    if (fits && json_is_integer(score))
        printf(", %" JSON_INTEGER_FORMAT " points", json_integer_value(score));
    putchar('\n');
    show_conditions(o, json_object_get(pair, "conditions"));
    show_score(o, 2, fits ? json_object_get(pair, "lines") : NULL);
}

void show_explanation(const struct options *o, json_t *explanation)
{
    size_t i;
    json_t *pair, *score = json_object_get(explanation, "score");
    bool matches = json_is_true(json_object_get(explanation, "matches"));
    char digits[24];
    snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(score));
    layout_field(0, either(o, "Besoin", "Need"), get(explanation, "need"));
    layout_field(0, either(o, "Offre", "Offer"), get(explanation, "offer"));
    layout_field(0, either(o, "Conviennent", "They match"), matches ? either(o, "oui", "yes") : either(o, "non", "no"));
    layout_field(0, "Score", matches && json_is_integer(score) ? digits : NULL);
    json_array_foreach(json_object_get(explanation, "pairs"), i, pair) show_pair(o, pair);
}

void show_need_head(const struct options *o)
{
    layout_cell("ID", 36);
    layout_cell(either(o, "ÉTAT", "STATE"), 10);
    layout_cell(either(o, "JUSQU'AU", "UNTIL"), 16);
    puts(either(o, "OBJET", "TITLE"));
}

void show_need_row(const struct options *o, json_t *need)
{
    char when[32];
    layout_cell(get(need, "id"), 36);
    layout_cell(text_of(o, "need_state", get(need, "state")), 10);
    layout_cell(layout_time(get(need, "deadline"), when), 16);
    layout_last(get(need, "title"), 35);
}

// "1, 3": the lots of a match or a notice, given as numbers or as objects.
static void add_lots(struct text *out, json_t *lots)
{
    size_t i;
    json_t *lot;
    json_array_foreach(lots, i, lot)
    {
        json_t *number = json_is_object(lot) ? json_object_get(lot, "lot") : lot;
        text_format(out, "%s%" JSON_INTEGER_FORMAT, i ? "," : "", json_integer_value(number));
    }
}

static void lots_cell(json_t *lots, void (*print)(const char *s, int width), int width)
{
    struct text text;
    text_init(&text, VALUE_MOST);
    add_lots(&text, lots);
    print(text_string(&text), width);
    text_fini(&text);
}

static void score_cell(const struct options *o, json_t *match)
{
    layout_number(json_integer_value(json_object_get(match, "score")), 5);
    layout_cell(json_is_true(json_object_get(match, "partial")) ? either(o, "en partie", "partly") : "", 9);
}

static void lot_scores(const struct options *o, json_t *match)
{
    size_t i;
    json_t *lot;
    if (!option_given(o, OPTION_VERBOSE))
        return;
    json_array_foreach(json_object_get(match, "lots"), i, lot)
    {
        printf("      %s %" JSON_INTEGER_FORMAT " × %s %" JSON_INTEGER_FORMAT "\n", either(o, "lot", "lot"),
               json_integer_value(json_object_get(lot, "lot")), either(o, "capacité", "capability"),
               json_integer_value(json_object_get(lot, "capability")));
        show_score(o, 6, json_object_get(lot, "lines"));
    }
}

static const char *answer_text(const struct options *o, const char *answer)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (text_equal(answers[i].word, answer))
            return answers[i].text[o->lang];
    return answer;
}

// Below a match: answer and since when | reason | message | contact. Nothing before it was seen.
static void show_reply(const struct options *o, json_t *match)
{
    static const char *const parts[] = {"reason", "message", "contact"};
    char when[32];
    struct text text;
    const char *answer = get(match, "answer");
    if (!answer && !get(match, "seen"))
        return;
    text_init(&text, VALUE_MOST);
    text_format(&text, "%s %s", answer ? answer_text(o, answer) : either(o, "vu", "seen"),
                layout_time(get(match, answer ? "answered" : "seen"), when));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        json_t *part = json_object_get(match, parts[i]);
        text_put(&text, part ? " | " : "");
        add_value(o, &text, field_find("match", parts[i]), part);
    }
    fputs("      ", stdout);
    layout_clean(stdout, text_string(&text));
    putchar('\n');
    text_fini(&text);
}

static void show_proposal(const struct options *o, json_t *proposal)
{
    size_t i;
    json_t *change;
    if (json_array_size(json_object_get(proposal, "changes")))
        puts(either(o, "\nChangement proposé de mon offre", "\nProposed change of my offer"));
    json_array_foreach(json_object_get(proposal, "changes"), i, change)
    {
        struct text text;
        const char *before = get(change, "before"), *after = get(change, "after"), *field = get(change, "field");
        text_init(&text, VALUE_MOST);
        text_format(&text, "%s → %s", before ? before : "-", after ? after : "-");
        layout_field(2, field ? field : "", text_string(&text));
        text_fini(&text);
    }
}

void show_match(const struct options *o, json_t *match)
{
    static const char *const parts[] = {"seen", "answered", "reason", "message", "contact", "shared"};
    show_fields(o, 0, "need_brief", json_object_get(match, "need"));
    layout_field(0, either(o, "Réponse", "Answer"), answer_text(o, get(match, "answer")));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        show_field(o, 0, field_find("match", parts[i]), match);
    show_proposal(o, json_object_get(match, "proposal"));
}

static void show_count(int indent, const char *label, json_t *count)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(count));
    layout_field(indent, label, digits);
}

// The reasons each on its line.
void show_funnel(const struct options *o, json_t *funnel)
{
    const char *reason;
    json_t *count;
    for (const struct field *f = NULL; (f = field_next("funnel", f));) {
        json_t *value = json_object_get(funnel, f->name);
        if (json_is_integer(value))
            show_count(0, f->text[o->lang], value);
        else if (json_is_string(value))
            show_field(o, 0, f, funnel);
        json_object_foreach(value, reason, count) show_count(2, text_of(o, "decline", reason), count);
    }
}

void show_supplier_head(const struct options *o)
{
    layout_cell("SCORE", 5);
    layout_cell(either(o, "LIEU", "PLACE"), 9);
    layout_cell(either(o, "OFFRE", "OFFER"), 36);
    layout_cell(either(o, "FOURNISSEUR", "SUPPLIER"), 28);
    layout_cell("SIRET", 14);
    puts("LOTS");
}

void show_supplier_row(const struct options *o, json_t *match)
{
    json_t *offer = json_object_get(match, "offer");
    score_cell(o, match);
    layout_cell(get(offer, "id"), 36);
    layout_cell(get(offer, "name"), 28);
    layout_cell(get(offer, "siret"), 14);
    lots_cell(json_object_get(match, "lots"), layout_last, 10);
    show_reply(o, match);
    lot_scores(o, match);
}

void show_fit_head(const struct options *o)
{
    layout_cell("SCORE", 5);
    layout_cell(either(o, "LIEU", "PLACE"), 9);
    layout_cell(either(o, "BESOIN", "NEED"), 36);
    layout_cell(either(o, "JUSQU'AU", "UNTIL"), 10);
    layout_cell("LOTS", 5);
    puts(either(o, "OBJET", "TITLE"));
}

void show_fit_row(const struct options *o, json_t *match)
{
    char when[32];
    json_t *need = json_object_get(match, "need");
    layout_time(get(need, "deadline"), when);
    when[10] = 0;
    score_cell(o, match);
    layout_cell(get(need, "id"), 36);
    layout_cell(when, 10);
    lots_cell(json_object_get(match, "lots"), layout_cell, 5);
    layout_last(get(need, "title"), 30);
    show_reply(o, match);
    lot_scores(o, match);
}

void show_find_head(const struct options *o)
{
    layout_cell(either(o, "BESOIN", "NEED"), 36);
    layout_cell(either(o, "JUSQU'AU", "UNTIL"), 16);
    layout_cell("LOTS", 5);
    puts(either(o, "OBJET", "TITLE"));
}

void show_find_row(const struct options *o, json_t *find)
{
    char when[32];
    (void)o;
    json_t *need = json_object_get(find, "need");
    layout_cell(get(need, "id"), 36);
    layout_cell(layout_time(get(need, "deadline"), when), 16);
    lots_cell(json_object_get(find, "lots"), layout_cell, 5);
    layout_last(get(need, "title"), 39);
}

void show_cpv_row(const struct options *o, json_t *cpv)
{
    const char *text = get(cpv, o->lang == LANG_FR ? "fr" : "en");
    layout_cell(get(cpv, "code"), 10);
    layout_clean(stdout, text ? text : get(cpv, "fr"));
    putchar('\n');
}

static void add_changes(const struct options *o, struct text *out, json_t *changes)
{
    size_t i;
    json_t *change;
    json_array_foreach(changes, i, change)
    {
        const char *field = get(change, "field");
        text_format(out, "%s%s", i ? ", " : either(o, " | change : ", " | changed: "), field ? field : "");
    }
}

static void add_deadline(const struct options *o, struct text *out, const char *deadline)
{
    char when[32];
    if (deadline)
        text_format(out, " | %s %s", either(o, "jusqu'au", "until"), layout_time(deadline, when));
}

// " | 3 supplier(s)"; nothing when it is no number.
static void add_count(struct text *out, json_t *count, const char *what)
{
    if (json_is_integer(count))
        text_format(out, " | %" JSON_INTEGER_FORMAT " %s", json_integer_value(count), what);
}

// Whom a buyer is told of, or how many.
static void add_interest(const struct options *o, struct text *out, json_t *notice)
{
    const char *supplier = get(json_object_get(notice, "supplier"), "name"), *message = get(notice, "message");
    if (supplier)
        text_format(out, " | %s", supplier);
    if (message)
        text_format(out, "%s %s", either(o, " :", ":"), message);
    add_count(out, json_object_get(notice, "interested"), either(o, "nouvel(s) intérêt(s)", "newly interested"));
    add_count(out, json_object_get(notice, "total"), either(o, "en tout", "in all"));
}

// title | until | places | buyer | what it tells | changes | alert | need
static void add_notice(const struct options *o, struct text *out, json_t *notice)
{
    json_t *need = json_object_get(notice, "need");
    const char *alert = get(json_object_get(notice, "alert"), "name");
    const char *title = get(need, "title"), *buyer = get(json_object_get(need, "buyer"), "name");
    text_put(out, title ? title : "");
    add_deadline(o, out, get(need, "deadline"));
    text_put(out, json_array_size(json_object_get(need, "places")) ? " | " : "");
    add_value(o, out, field_find("need", "places"), json_object_get(need, "places"));
    if (buyer)
        text_format(out, " | %s", buyer);
    add_count(out, json_object_get(notice, "suppliers"), either(o, "fournisseur(s)", "supplier(s)"));
    add_count(out, json_object_get(notice, "days"), either(o, "jour(s)", "day(s)"));
    add_interest(o, out, notice);
    add_changes(o, out, json_object_get(notice, "changes"));
    if (alert)
        text_format(out, " | %s", alert);
    if (get(need, "id"))
        text_format(out, " | %s", get(need, "id"));
}

void show_notice(const struct options *o, json_t *notice)
{
    struct text text;
    const char *kind = get(notice, "kind"), *shown = kind;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(kinds[i].word, kind))
            shown = kinds[i].text[o->lang];
    layout_cell(get(notice, "id"), -6);
    layout_cell(shown, 9);
    if (json_is_integer(json_object_get(notice, "score")))
        layout_number(json_integer_value(json_object_get(notice, "score")), 3);
    else
        layout_cell("", 3);
    text_init(&text, VALUE_MOST);
    text_put(&text, json_array_size(json_object_get(notice, "lots")) ? "lot " : "");
    add_lots(&text, json_object_get(notice, "lots"));
    layout_cell(text_string(&text), 7);
    text_clear(&text);
    add_notice(o, &text, notice);
    layout_clean(stdout, text_string(&text));
    putchar('\n');
    text_fini(&text);
}
