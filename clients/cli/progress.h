// SPDX-License-Identifier: EUPL-1.2
// How far an import is, on stderr: a bar on a terminal, else a line every five seconds.
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "option.h"

struct progress {
    enum lang lang;
    bool terminal, shown;  // shown: a bar stands on the screen
    int64_t started, last; // monotonic microseconds
    int64_t size;          // bytes in all, -1 when unknown
    int64_t taken;         // bytes and lines when it was last shown
    uint64_t lines;
    double speed, rate; // bytes and lines a second, of the last seconds
};

void progress_start(struct progress *p, const struct options *o, int64_t size);
// taken: bytes done, lines: lines answered, refused: of them.
void progress_show(struct progress *p, int64_t taken, uint64_t lines, uint64_t refused);
// Wipes the bar.
void progress_end(struct progress *p);
double progress_seconds(const struct progress *p);

#endif
