// SPDX-License-Identifier: EUPL-1.2
// What became of the lines of an import: counts, reasons, the line that tells of a refusal.
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "option.h"

#include "base/text.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct tally_reason {
    char code[64];
    bool refusal; // or a repair
    uint64_t count;
};

struct tally {
    const struct options *o;
    const char *name; // of the file
    FILE *report;     // NULL: none
    uint64_t read, taken, repaired, refused, fresh;
    uint64_t rows; // of a table whose records may be several rows, 0: it is another file
    size_t reason_count;
    struct tally_reason *reasons;
};

// Opens the report when --report asks for one; says when it cannot.
bool tally_open(struct tally *t, const struct options *o, const char *name);
// Closes the report; false (said) when it could not be written.
bool tally_close(struct tally *t);
// Counts the result of line `number` as the server gave it (len bytes of JSON), tells and reports it. False when it is
// not a result.
bool tally_add(struct tally *t, uint64_t number, const char *result, size_t len);
// The same for a line that the client refuses.
void tally_refuse(struct tally *t, uint64_t number, enum err err, const char *arg);
// Counts as many that were taken as they are, and of all that were taken as many as were new.
void tally_taken(struct tally *t, uint64_t taken, uint64_t fresh);
// Adds a reason as results hold them, behind a comma where it is not the first. line: of the file, where that is not
// the line that the result is of; else 0. arg: the fault's argument, "" for none.
void tally_reason(struct text *out, enum lang lang, uint64_t line, const char *pointer, enum err err, const char *arg);
// The summary on stdout; with --json it is on stderr and the object on stdout.
void tally_print(const struct tally *t, double seconds);

#endif
