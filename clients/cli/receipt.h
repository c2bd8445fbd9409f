// SPDX-License-Identifier: EUPL-1.2
// What the server says of a bulk import while it goes on. Results are told and counted once, when they are certain: a
// line that has to be sent again is answered again.
#ifndef CLI_RECEIPT_H
#define CLI_RECEIPT_H

#include "tally.h"

#include "base/text.h"

// Says the places of a result's reasons as its reader knows them.
typedef void receipt_place(void *ctx, uint64_t number, json_t *result);

struct receipt {
    struct tally *tally;
    receipt_place *place; // NULL: they stay as they are
    void *ctx;
    uint64_t upto; // number of the last certain line, of all requests; 0: none
    // Of the request under way
    bool done;             // its last word has come
    bool garbled;          // what came is no answer
    struct text problem;   // the problem that ended it, "" when none did
    struct text line;      // begun, not yet complete
    struct text results;   // of lines not yet certain, one a line
    uint64_t taken, fresh; // totals that it has said
};

void receipt_init(struct receipt *r, struct tally *tally, receipt_place *place, void *ctx);
void receipt_fini(struct receipt *r);
// A new request: what is not certain is forgotten.
void receipt_begin(struct receipt *r);
// Bytes of the answer as they come.
void receipt_read(struct receipt *r, const char *bytes, size_t len);
// Whether the server will say nothing more.
bool receipt_over(const struct receipt *r);

#endif
