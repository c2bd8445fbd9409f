// SPDX-License-Identifier: EUPL-1.2
// Imports: a file of any size in bounded memory, line by line: in batches that may be repeated without harm, or as one
// stream (bulk.h).
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "call.h"

// need import (decp) and offer import (siae, csv, offers): --format, --batch, --report, --verbose; the file is the last
// word.
enum result import_needs(struct call *c, const struct options *o);
enum result import_offers(struct call *c, const struct options *o);

#endif
