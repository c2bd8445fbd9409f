// SPDX-License-Identifier: EUPL-1.2
// Knows what stands in the columns of that table.
#include "app/export.h"

#include "base/clock.h"
#include "io/pool.h"
#include "io/workbook.h"
#include "wire/csv.h"
#include "wire/word.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_MOST (256 << 20) // bytes of a table: 200,000 matches with long messages

enum { NAME, SIRET, STRUCTURES, DECLARED, SCORE, PARTIAL, LOTS, TOLD, SEEN, ANSWER, ANSWERED, REASON, MESSAGE, CONTACT, EMAIL, PHONE, COLUMNS };

static const struct {
    const char *head[2];
    int width;
} columns[COLUMNS] = {
    [NAME] = {{"Fournisseur", "Supplier"}, 36},
    [SIRET] = {{"SIRET", "SIRET"}, 16},
    [STRUCTURES] = {{"Types de structure", "Kinds of structure"}, 36},
    [DECLARED] = {{"dont déclarés, non confirmés", "of these declared, not confirmed"}, 26},
    [SCORE] = {{"Score", "Score"}, 8},
    [PARTIAL] = {{"Lieux couverts en partie", "Places covered in part"}, 14},
    [LOTS] = {{"Lots", "Lots"}, 12},
    [TOLD] = {{"Prévenu le", "Told"}, 17},
    [SEEN] = {{"Vu le", "Seen"}, 17},
    [ANSWER] = {{"Réponse", "Answer"}, 14},
    [ANSWERED] = {{"Répondu le", "Answered"}, 17},
    [REASON] = {{"Motif", "Reason"}, 24},
    [MESSAGE] = {{"Message", "Message"}, 50},
    [CONTACT] = {{"Contact", "Contact"}, 24},
    [EMAIL] = {{"Adresse électronique", "Mail address"}, 30},
    [PHONE] = {{"Téléphone", "Telephone"}, 16},
};

struct table { // in the arena of the request
    struct call *call;
    const struct pg_result *rows;
    enum lang lang;
    bool workbook;
    struct text cell;
};

bool export_asked(struct call *c, bool *refused)
{
    const char *format = call_query(c, "format");
    bool table = text_equal(format, "csv") || text_equal(format, "xlsx");
    *refused = format && !table && !text_equal(format, "json");
    if (*refused)
        call_refuse_field(c, ERR_NOT_ONE_OF, "json, csv, xlsx", "format");
    return table;
}

// Words with commas between, as their texts.
static const char *texts_of(struct table *t, const char *list, const char *words)
{
    text_clear(&t->cell);
    for (const char *at = words; *at;) {
        size_t len = strcspn(at, ",");
        int value = word_value(list, arena_copy(t->call->arena, at, len));
        text_format(&t->cell, "%s%s", t->cell.len ? ", " : "", value < 0 ? "" : word_text(list, (unsigned)value, t->lang));
        at += len + (at[len] == ',');
    }
    return text_string(&t->cell);
}

static const char *cell(void *ctx, int row, int column)
{
    static const char *const yes[] = {"oui", "yes"}, *const answers[][3] = {{"interested", "Intéressé", "Interested"}, {"declined", "Décline", "Declines"}};
    struct table *t = ctx;
    const char *value = pg_value(t->rows, row, column);
    if (!value)
        return "";
    switch (column) {
    case STRUCTURES:
    case DECLARED:
        return texts_of(t, "structure", value);
    case PARTIAL:
        return text_equal(value, "t") ? yes[t->lang] : "";
    case ANSWER:
        for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
            if (text_equal(value, answers[i][0]))
                return answers[i][1 + t->lang];
        return value;
    case REASON:
        return texts_of(t, "decline", value);
    default:
        return value;
    }
}

// As spreadsheets in French take it: semicolons, behind a byte order mark.
static void write_csv(struct table *t, struct text *out)
{
    text_put(out, "\xef\xbb\xbf");
    for (int i = -1; i < t->rows->rows; i++)
        for (int k = 0; k < COLUMNS; k++) {
            csv_cell(out, i < 0 ? columns[k].head[t->lang] : cell(t, i, k));
            text_put(out, k < COLUMNS - 1 ? ";" : "\r\n");
        }
}

static void name_file(struct call *c, const char *ending)
{
    char today[25];
    clock_format(clock_wall() / 1000, today);
    call_header(c, "Content-Disposition", "attachment; filename=\"entregent-%.10s.%s\"", today, ending);
}

// A workbook of 50,000 rows takes seconds: a thread writes it from what was copied out of the rows.
struct book { // in the arena of the request
    struct call *call;
    enum lang lang;
    int rows;
    struct text cells; // one behind the other in the order in which workbook_write asks, each ended by NUL
    const char *next;
    struct text out;
    enum err err;
};

static const char *next_cell(void *ctx, int row, int column)
{
    (void)row, (void)column;
    struct book *b = ctx;
    const char *value = b->next;
    b->next += strlen(value) + 1;
    return value;
}

static void bind(void *data)
{
    struct book *b = data;
    struct workbook_column heads[COLUMNS];
    for (int k = 0; k < COLUMNS; k++)
        heads[k] = (struct workbook_column){columns[k].head[b->lang], columns[k].width, k == SCORE};
    b->next = b->cells.data;
    b->err = workbook_write(&b->out, b->lang == LANG_FR ? "Fournisseurs" : "Suppliers", heads, COLUMNS, b->rows, next_cell, b);
}

static void on_bound(void *data, enum err err)
{
    struct book *b = data;
    struct call *c = b->call;
    struct text out = b->out; // the book is gone with the answer
    text_fini(&b->cells);
    if (err != ERR_OK || b->err != ERR_OK) {
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    } else {
        name_file(c, "xlsx");
        call_send(c, 200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", out.data, out.len);
    }
    text_fini(&out);
}

static void answer_workbook(struct call *c, struct table *t)
{
    struct book *b = arena_take(c->arena, sizeof *b);
    *b = (struct book){.call = c, .lang = t->lang, .rows = t->rows->rows, .err = ERR_INTERNAL};
    text_init(&b->cells, TABLE_MOST);
    text_init(&b->out, TABLE_MOST);
    for (int k = 0; k < COLUMNS; k++)
        for (int i = 0; i < t->rows->rows; i++) {
            const char *value = cell(t, i, k);
            text_add(&b->cells, value, strlen(value) + 1);
        }
    text_fini(&t->cell);
    enum err err = b->cells.full ? ERR_INTERNAL : pool_run(c->parts->binder, bind, on_bound, b);
    if (err == ERR_OK)
        return;
    text_fini(&b->cells);
    call_refuse(c, err, NULL, NULL);
}

static void answer_csv(struct call *c, struct table *t)
{
    struct text out;
    text_init(&out, TABLE_MOST);
    write_csv(t, &out);
    text_fini(&t->cell);
    if (out.full) {
        call_refuse(c, ERR_INTERNAL, NULL, NULL);
    } else {
        name_file(c, "csv");
        call_text(c, 200, "text/csv; charset=utf-8; header=present", out.data, out.len);
    }
    text_fini(&out);
}

static void on_rows(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct table *t = c->state;
    if (call_failed(c, r))
        return;
    t->rows = r;
    text_init(&t->cell, 1 << 16);
    (t->workbook ? answer_workbook : answer_csv)(c, t);
}

void export_matches(struct call *c, const char *answer)
{
    const char *lang = call_query(c, "lang");
    struct table *t = arena_take(c->arena, sizeof *t);
    *t = (struct table){.call = c, .lang = text_equal(lang, "en") ? LANG_EN : text_equal(lang, "fr") ? LANG_FR : c->lang,
                        .workbook = text_equal(call_query(c, "format"), "xlsx")};
    c->state = t;
    call_read(c, SQL_need_export, (const char *const[]){c->part, answer}, on_rows);
}
