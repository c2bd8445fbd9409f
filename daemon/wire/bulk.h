// SPDX-License-Identifier: EUPL-1.2
// What the bulk route reads (POST /v1/imports/offers): NDJSON of any length, a supplier and its offer a line.
#ifndef WIRE_BULK_H
#define WIRE_BULK_H

#include "base/text.h"
#include "core/fault.h"
#include "core/offer.h"

#define BULK_LINE_MOST 262144 // bytes of one line

struct offer_line {
    int line;             // its number as its sender counts, 0 when it does not say
    const char *siret;    // 14 digits
    const char *name;
    unsigned structures;  // bits of enum structure
    struct offer offer;   // without id, siret, name and structures
};

// Bytes that come in pieces as lines.
struct bulk_lines {
    struct text held; // what was fed; given out up to `at`, without a line's end up to `seen`
    size_t at, seen;
    int64_t number;   // of the line given out last, from 1; empty ones count
    bool passing;     // the rest of a line that is too long
};

enum bulk_result { BULK_MORE, BULK_LINE, BULK_TOO_LONG };

void bulk_lines_init(struct bulk_lines *l);
void bulk_lines_fini(struct bulk_lines *l);
// Takes bytes, of which it holds those of lines not given out and of the one under way.
void bulk_feed(struct bulk_lines *l, const char *bytes, size_t len);
// BULK_LINE: the next one that is not blank, without its end (LF, CR LF), borrowed until the next feed. BULK_TOO_LONG: there
// it stands, of more than BULK_LINE_MOST bytes; it is passed over. BULK_MORE: there is none yet; at the end of the bytes
// (`end`), none any more.
enum bulk_result bulk_next(struct bulk_lines *l, bool end, const char **line, size_t *len) MUST_USE;
// Bytes held.
size_t bulk_held(const struct bulk_lines *l);

// Reads a line as record_read_offer reads an offer. ERR_OK or ERR_INVALID with the faults; their pointers begin at the line
// ("/siret", "/offer/capabilities/0/cpv"; LINE_NOT_JSON: ""). All memory is in the arena.
enum err bulk_read(const char *line, size_t len, const struct gazetteer *g, struct arena *arena, struct offer_line *out,
                   struct faults *faults, struct faults *warnings) MUST_USE;

#endif
