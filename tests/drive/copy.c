// SPDX-License-Identifier: EUPL-1.2
// Reads rows by pg_copy, for tests/flow/test_copy.py:
//   drive_copy URL ROLE CONTEXT.sql COPY.sql VALUE [free|quiet]
// Prints each row, its fields parted by tabs: uuid, int, text, text, time in milliseconds, hex, text; NULL as "-". Then "end", the
// error, the rows given and the SQLSTATE, parted by blanks, and the turns that the loop had meanwhile. "free": all is freed after
// the first rows; "quiet": rows are counted only.
#include "io/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct drive {
    struct loop *loop;
    struct pg *pg;
    struct loop_timer *turn, *stop;
    const char *value;
    bool free, quiet, copying, first;
    long rows, turns, ends;
};

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    if (!f || !text || fread(text, 1, (1 << 20) - 1, f) == 0)
        abort();
    fclose(f);
    return text;
}

static void print_text(const struct copyrow *row, int field)
{
    const struct copyfield *f = &row->fields[field];
    if (f->bytes)
        printf("\t%.*s", (int)f->len, f->bytes);
    else
        printf("\t-");
}

static void on_row(void *ctx, const struct copyrow *row)
{
    struct drive *d = ctx;
    char id[37];
    int32_t version;
    int64_t since;
    if (d->copying)
        abort(); // before pg_copy returned
    if (d->free && d->rows == 0)
        loop_timer_set(d->stop, 0);
    d->rows++;
    if (d->quiet || d->free)
        return;
    if (row->count != 7 || !copyrow_uuid(row, 0, id) || !copyrow_int(row, 1, &version) || !copyrow_millis(row, 4, &since))
        abort();
    printf("%s\t%d", id, version);
    print_text(row, 2);
    print_text(row, 3);
    printf("\t%lld\t%s", (long long)since, row->fields[5].bytes ? "" : "-");
    for (size_t i = 0; i < row->fields[5].len; i++)
        printf("%02x", (unsigned char)row->fields[5].bytes[i]);
    print_text(row, 6);
    printf("\n");
}

static void on_done(void *ctx, const struct pg_result *r)
{
    struct drive *d = ctx;
    if (d->copying || d->ends++)
        abort(); // before pg_copy returned, or twice
    if (!r->err && r->affected != d->rows)
        abort();
    printf("end %s %ld %s\nturns %ld\n", err_word(r->err), d->rows, *r->state ? r->state : "-", d->turns);
    fflush(stdout);
    loop_stop(d->loop);
}

static void on_turn(void *ctx)
{
    struct drive *d = ctx;
    d->turns++;
    loop_timer_set(d->turn, 0);
}

static void on_stop(void *ctx)
{
    struct drive *d = ctx;
    pg_free(d->pg); // ends the copy
    d->pg = NULL;
}

static void on_ready(void *ctx, bool ready)
{
    struct drive *d = ctx;
    if (!ready || !d->first)
        return;
    d->first = false;
    loop_timer_set(d->turn, 0);
    d->copying = true;
    pg_copy(d->pg, 1, d->value, on_row, on_done, d);
    d->copying = false;
}

int main(int argc, char **argv)
{
    if (argc < 6)
        return 2;
    struct drive d = {.loop = loop_new(), .value = argv[5], .first = true, .free = argc > 6 && !strcmp(argv[6], "free"),
                      .quiet = argc > 6 && !strcmp(argv[6], "quiet")};
    char *context = read_file(argv[3]), *copy = read_file(argv[4]);
    const struct pg_statement statements[] = {{"context", context, 3, true}, {"copy", copy, 0, true}};
    const struct pg_limits limits = {.readers = 1, .group = 1, .queue = 10, .wait_ms = 10000, .run_ms = 10000};
    d.turn = loop_timer_new(d.loop, on_turn, &d);
    d.stop = loop_timer_new(d.loop, on_stop, &d);
    d.pg = pg_new(d.loop, argv[1], argv[2], statements, 2, 0, &limits);
    pg_on_ready(d.pg, on_ready, &d);
    loop_run(d.loop);
    if (d.pg)
        pg_free(d.pg);
    loop_timer_free(d.turn);
    loop_timer_free(d.stop);
    loop_free(d.loop);
    free(context);
    free(copy);
    return 0;
}
