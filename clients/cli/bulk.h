// SPDX-License-Identifier: EUPL-1.2
// A file of offers, of any size, in one call: read, sent and answered at once, gone on with where a connection breaks.
#ifndef CLI_BULK_H
#define CLI_BULK_H

#include "call.h"
#include "input.h"
#include "progress.h"
#include "tally.h"

#include <stdint.h>

// What becomes of it, told and counted. table: CSV, whose first line is in in->line (unless the file is empty); else
// NDJSON. DONE: the server has answered for every line. *upto: the last line that is certain, in any case.
enum result bulk_import(struct call *c, const struct options *o, struct input *in, bool table, struct tally *tally,
                        struct progress *progress, uint64_t *upto);

#endif
