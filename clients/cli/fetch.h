// SPDX-License-Identifier: EUPL-1.2
// One call and its answer on stdout: as JSON, or as a reader likes it.
#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "call.h"

#include <jansson.h>

typedef void fetch_show(const struct options *o, json_t *object);

// An answer without a body counts as {}. show may be NULL: nothing is printed unless --json. *out, when not NULL, gets
// the object (json_decref it), NULL on failure.
enum result fetch_object(struct call *c, const struct options *o, const struct request *r, fetch_show *show,
                         json_t **out);
// The body of GET path, in --format, on stdout as it is: a file to keep.
enum result fetch_export(struct call *c, const struct options *o, const char *path);
// A list of GET path (which may have a query): its first page, or with --all every page, one page in memory at a time.
// head may be NULL.
enum result fetch_list(struct call *c, const struct options *o, const char *path, void (*head)(const struct options *o),
                       fetch_show *row);
// The ETag of GET path into etag. Where there is nothing yet (404): "" when that is allowed (absent), else told.
enum result fetch_etag(struct call *c, const struct options *o, const char *path, bool absent, char etag[static 128]);

#endif
