// SPDX-License-Identifier: EUPL-1.2
// Files given by the caller; "-" is the standard input.
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "call.h"

#include "base/text.h"

#include <stdint.h>

#define INPUT_LINE_MOST (256u << 10)

// The whole file appended to out, up to its limit. Says what is wrong.
bool input_whole(const struct options *o, const char *name, struct text *out);

// A file line by line, in bounded memory.
struct input {
    const struct call *call;
    int file;
    bool regular;   // not a pipe or a terminal
    size_t at, end; // what was read and not yet given
    char bytes[65536];
    int64_t size;     // bytes, -1 when unknown (a pipe)
    int64_t taken;    // bytes of the lines given so far
    uint64_t number;  // of the last line given, from 1
    struct text line; // the last line given, without its end (LF or CRLF)
    bool again;       // input_again was called
};
enum input_step { INPUT_LINE, INPUT_TOO_LONG, INPUT_END, INPUT_FAILED, INPUT_STOPPED };

// Says what is wrong. input_close in any case.
bool input_open(struct input *in, const struct options *o, const struct call *c, const char *name);
void input_close(struct input *in);
// The next line into in->line. TOO_LONG: over INPUT_LINE_MOST bytes; skipped, counted. A byte order mark at the start
// of the file is left out. FAILED: errno says why. STOPPED: call_stopped, while waiting for a pipe.
enum input_step input_next(struct input *in);
// Gives the last line once more.
void input_again(struct input *in);
// Whether input_next or input_chunk gives something at once: of a pipe, whether it holds anything.
bool input_ready(const struct input *in);
// Instead of lines: what was read and not yet given, after reading on where that is nothing. LINE: at least one byte,
// borrowed until the next call; input_use says how many of them are done with.
enum input_step input_chunk(struct input *in, const char **bytes, size_t *len);
void input_use(struct input *in, size_t len);
// Whether the line holds nothing but white space.
bool input_blank(const struct input *in);

#endif
