// SPDX-License-Identifier: EUPL-1.2
// Knows how official reference files become rows.
#include "app/load.h"

#include "app/store.h"
#include "base/log.h"
#include "base/map.h"
#include "base/text.h"
#include "core/cpv.h"
#include "wire/codelist.h"
#include "wire/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS_BYTES (1 << 20) // of JSON in one statement

struct load {
    struct session *session;
    struct arena *arena;
    struct text rows;      // JSON array in the making
    int stored;            // rows of the present file
    struct map *labels;    // CPV code -> const char *[2], from the two XML files
    bool xml[2];           // which languages were given
    const char *said;
};

static enum err read_file(const char *path, int fd, struct text *out)
{
    char buffer[65536];
    ssize_t n;
    text_init(out, CODELIST_BYTES);
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        text_add(out, buffer, (size_t)n);
    if (n < 0)
        log_error("load", "%s: %s", path, strerror(errno));
    else if (out->full)
        log_error("load", "%s: over %u bytes", path, CODELIST_BYTES);
    return n < 0 ? ERR_IO : out->full ? ERR_TOO_LARGE : ERR_OK;
}

static enum err store_rows(struct load *l, enum sql_statement statement)
{
    if (l->rows.len == 0)
        return ERR_OK;
    text_put(&l->rows, "]");
    const char *values[] = {text_string(&l->rows), "true"};
    enum err err = store_query(l->session, statement, values);
    text_clear(&l->rows);
    return err;
}

static void begin_row(struct load *l)
{
    text_put(&l->rows, l->rows.len ? ",{" : "[{");
    l->stored++;
}

static enum err end_row(struct load *l, enum sql_statement statement)
{
    text_put(&l->rows, "}");
    return l->rows.len > ROWS_BYTES ? store_rows(l, statement) : ERR_OK;
}

static void field(struct load *l, const char *name, const char *value)
{
    text_format(&l->rows, "%s\"%s\":", l->rows.data[l->rows.len - 1] == '{' ? "" : ",", name);
    text_json(&l->rows, value);
}

static enum err cpv_row(struct load *l, uint32_t code, const char *fr, const char *en)
{
    begin_row(l);
    text_format(&l->rows, "\"code\":%u", code);
    field(l, "fr", fr);
    field(l, "en", en);
    return end_row(l, SQL_cpv_put);
}

// Columns of a file by any of their names.
static int column(const struct table *t, const char *a, const char *b)
{
    int found = table_column(t, a);
    return found >= 0 ? found : table_column(t, b);
}

static enum err cpv_line(struct load *l, const struct table *t, const char **f)
{
    struct cpv cpv;
    enum err err = cpv_parse(f[table_column(t, "code")], &cpv);
    if (err != ERR_OK && err != ERR_CHECK_DIGIT)
        return err;
    const char *fr = f[table_column(t, "fr")], *en = f[table_column(t, "en")];
    return *fr && *en ? cpv_row(l, cpv.code, fr, en) : ERR_REQUIRED;
}

static enum err commune_line(struct load *l, const struct table *t, const char **f)
{
    const char *code = f[column(t, "insee", "code")], *name = f[column(t, "nom", "name")];
    const char *lat = f[table_column(t, "lat")], *lon = f[table_column(t, "lon")];
    double north, east;
    if (strlen(code) != 5 || !*name)
        return ERR_REQUIRED;
    if ((*lat && !text_decimal(lat, &north)) || (*lon && !text_decimal(lon, &east)))
        return ERR_WRONG_TYPE;
    begin_row(l);
    field(l, "code", code);
    field(l, "name", name);
    char *postal = arena_string(l->arena, f[column(t, "codes_postaux", "postal")]);
    for (char *p = postal; *p; p++)
        *p = *p == ',' ? ' ' : *p;
    field(l, "postal", postal);
    if (*lat && *lon)
        text_format(&l->rows, ",\"lat\":%s,\"lon\":%s", lat, lon);
    return end_row(l, SQL_commune_put);
}

static enum err tsv(struct load *l, const char *path, const struct text *file)
{
    struct table t;
    size_t len;
    const char *at = text_string(file), *end = at + file->len, **fields, *line = table_line(&at, end, &len);
    enum err err = line ? table_header(&t, line, len, l->arena) : ERR_INVALID;
    bool cpv = err == ERR_OK && table_column(&t, "code") >= 0 && table_column(&t, "fr") >= 0 && table_column(&t, "en") >= 0;
    bool commune = err == ERR_OK && !cpv && column(&t, "insee", "code") >= 0 && column(&t, "nom", "name") >= 0 &&
                   column(&t, "codes_postaux", "postal") >= 0 && table_column(&t, "lat") >= 0 &&
                   table_column(&t, "lon") >= 0;
    if (!cpv && !commune) {
        log_error("load", "%s:1: neither code_*.xml nor a TSV with the columns code, fr, en, or insee, nom, codes_postaux, "
                          "lat, lon", path);
        return ERR_INVALID;
    }
    l->stored = 0;
    for (int number = 2; err == ERR_OK && (line = table_line(&at, end, &len)); number++) {
        err = table_split(&t, line, len, l->arena, &fields);
        if (err == ERR_OK)
            err = cpv ? cpv_line(l, &t, fields) : commune_line(l, &t, fields);
        if (err != ERR_OK)
            log_error("load", "%s:%d: %s", path, number, err_word(err));
    }
    if (err == ERR_OK)
        err = store_rows(l, cpv ? SQL_cpv_put : SQL_commune_put);
    l->said = arena_format(l->arena, "%s%s: %d %s\n", l->said, path, l->stored, cpv ? "CPV" : "communes");
    return err;
}

struct language {
    struct load *load;
    int lang;
};

static void on_code(void *ctx, uint32_t code, const char *label)
{
    struct language *x = ctx;
    const char **labels = map_get_number(x->load->labels, code);
    if (!labels) {
        labels = arena_array(x->load->arena, 2, sizeof *labels);
        map_set_number(x->load->labels, code, labels);
    }
    labels[x->lang] = arena_string(x->load->arena, label);
}

static enum err xml(struct load *l, const char *path, const struct text *file)
{
    // The file names its language in words only ("code in French"); the name of the file is what people keep.
    bool english = strstr(path, "_en") != NULL || strstr(text_string(file), "<comment>code in English") != NULL;
    const char *why = NULL;
    enum err err = codelist_read(text_string(file), file->len, on_code, &(struct language){l, english}, &why);
    if (err != ERR_OK)
        log_error("load", "%s: %s", path, why ? why : err_word(err));
    l->xml[english] = true;
    return err;
}

static enum err finish_xml(struct load *l)
{
    if (!l->xml[0] && !l->xml[1])
        return ERR_OK;
    if (!l->xml[0] || !l->xml[1]) {
        log_error("load", "code_fr.xml and code_en.xml are needed together");
        return ERR_REQUIRED;
    }
    size_t at = 0;
    const void *key;
    void *value;
    enum err err = ERR_OK;
    l->stored = 0;
    while (err == ERR_OK && map_next(l->labels, &at, &key, NULL, &value)) {
        const char **labels = value;
        uint64_t code;
        memcpy(&code, key, sizeof code);
        if (labels[0] && labels[1])
            err = cpv_row(l, (uint32_t)code, labels[0], labels[1]);
    }
    l->said = arena_format(l->arena, "%s%d CPV (eForms)\n", l->said, l->stored);
    return err == ERR_OK ? store_rows(l, SQL_cpv_put) : err;
}

enum err load_files(struct session *s, int count, char *const *paths, const int *fds, struct arena *arena,
                    const char **said)
{
    struct load l = {.session = s, .arena = arena, .labels = map_new(), .said = ""};
    text_init(&l.rows, ROWS_BYTES * 2);
    enum err err = session_script(s, "begin", "begin");
    for (int i = 0; err == ERR_OK && i < count; i++) {
        struct text file;
        err = read_file(paths[i], fds[i], &file);
        if (err == ERR_OK)
            err = strstr(text_string(&file), "<properties>") ? xml(&l, paths[i], &file) : tsv(&l, paths[i], &file);
        text_fini(&file);
    }
    if (err == ERR_OK)
        err = finish_xml(&l);
    if (err == ERR_OK)
        err = store_query(s, SQL_reference_changed, NULL);
    if (session_script(s, "end", err == ERR_OK ? "commit" : "rollback") != ERR_OK && err == ERR_OK)
        err = ERR_INTERNAL;
    map_free(l.labels);
    text_fini(&l.rows);
    *said = l.said;
    return err;
}
