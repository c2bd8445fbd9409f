// SPDX-License-Identifier: EUPL-1.2
// Lines under way to the server: kept until it says that they are certain, so that they can be sent again.
#ifndef CLI_WINDOW_H
#define CLI_WINDOW_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

struct window_line {
    uint64_t number; // of the file
    uint64_t last;   // of the file, where several rows became this line; else the same
    uint64_t rows;   // how many
    int64_t taken;   // bytes of the file read when it was made
    uint64_t end;    // its last byte, counted from the first byte of all
};

struct window {
    struct text bytes;
    uint64_t base; // the first byte that is kept, the first not yet certain, the first not yet sent; counted likewise
    uint64_t certain, sent;
    struct window_line *lines;
    size_t first, count, room; // of lines: those not yet certain are [first, count)
    // Of what is certain:
    uint64_t rows;
    int64_t taken;
};

void window_init(struct window *w);
void window_fini(struct window *w);
// Adds a line, its end included; numbers rise.
void window_add(struct window *w, struct window_line line, const char *bytes, size_t len);
size_t window_size(const struct window *w);   // bytes not yet certain
size_t window_count(const struct window *w);  // lines not yet certain
size_t window_unsent(const struct window *w); // bytes not yet given
// The next bytes to send, at most room.
size_t window_give(struct window *w, char *to, size_t room);
// All lines up to this number are certain.
void window_settle(struct window *w, uint64_t number);
// The line of that number, NULL when it is not kept (any more).
const struct window_line *window_find(const struct window *w, uint64_t number);
// All that is not certain is to be sent again.
void window_rewind(struct window *w);

#endif
