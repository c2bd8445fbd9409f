// SPDX-License-Identifier: EUPL-1.2
// The same offers in tables of PostgreSQL, laid out in one way or another, asked by prepared statements on one
// connection.
#ifndef BENCH_LAYOUT_H
#define BENCH_LAYOUT_H

#include "numbers.h"

// The tables that all layouts are made of. `folder` holds the statements. A failure of PostgreSQL ends the process.
struct layout_given;
struct layout_given *layout_given_new(const char *conninfo, const char *folder);
void layout_given_put(struct layout_given *g, uint32_t handle, const struct offer *o);
void layout_given_end(struct layout_given *g); // all rows are there
void layout_given_free(struct layout_given *g);

// The lots of all needs as parameters.
struct layout_asked;
struct layout_asked *layout_asked_new(size_t needs);
void layout_asked_free(struct layout_asked *a);
void layout_asked_put(struct layout_asked *a, const struct workload *w, size_t need, const struct numbers_lot *l);

struct layout;
// Makes the tables and indexes of one layout in a schema of that name, and reads them into memory. *seconds: without
// reading.
struct layout *layout_new(const char *conninfo, const char *folder, const char *name, double *seconds);
void layout_free(struct layout *l); // and its tables
double layout_bytes(const struct layout *l);
// The offers of each lot of the need. The list is borrowed until `found` returns.
void layout_find(struct layout *l, const struct layout_asked *a, size_t need,
                 void (*found)(void *ctx, size_t lot, const uint32_t *handles, size_t count), void *ctx);

#endif
