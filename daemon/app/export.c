// SPDX-License-Identifier: EUPL-1.2
// Knows what stands in the columns of that table.
#include "app/export.h"

#include "base/clock.h"
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

static enum err write_workbook(struct table *t, struct text *out)
{
    struct workbook_column heads[COLUMNS];
    for (int k = 0; k < COLUMNS; k++)
        heads[k] = (struct workbook_column){columns[k].head[t->lang], columns[k].width, k == SCORE};
    return workbook_write(out, t->lang == LANG_FR ? "Fournisseurs" : "Suppliers", heads, COLUMNS, t->rows->rows, cell, t);
}

static void on_rows(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct table *t = c->state;
    struct text out;
    char today[25];
    if (call_failed(c, r))
        return;
    t->rows = r;
    text_init(&out, TABLE_MOST);
    text_init(&t->cell, 1 << 16);
    enum err err = ERR_OK;
    if (t->workbook)
        err = write_workbook(t, &out);
    else
        write_csv(t, &out);
    text_fini(&t->cell);
    if (err != ERR_OK || out.full) {
        call_refuse(c, err != ERR_OK ? err : ERR_INTERNAL, NULL, NULL);
    } else {
        clock_format(clock_wall() / 1000, today);
        call_header(c, "Content-Disposition", "attachment; filename=\"entregent-%.10s.%s\"", today, t->workbook ? "xlsx" : "csv");
        if (t->workbook)
            call_send(c, 200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", out.data, out.len);
        else
            call_text(c, 200, "text/csv; charset=utf-8; header=present", out.data, out.len);
    }
    text_fini(&out);
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
