// SPDX-License-Identifier: EUPL-1.2
// Mails in a folder, FOLDER/ID.eml each, where no relay is given. An id is 1 to 64 letters, digits, - and _.
#ifndef IO_SPOOL_H
#define IO_SPOOL_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_MOST 4194304 // bytes read of one mail

// Makes the folder (0700) when missing. The file (0600) is there whole or not at all, also after a crash. ERR_INVALID:
// not an id, or the message holds NUL; ERR_IO with a log line.
enum err spool_write(const char *folder, const char *id, const char *message, size_t len) MUST_USE;
// Calls each for every mail, newest first (written_ms since 1970), until it returns false. OK also when there is no
// folder; ERR_IO with a log line.
enum err spool_each(const char *folder, bool (*each)(void *ctx, const char *id, int64_t written_ms),
                    void *ctx) MUST_USE;
// Appends the file. ERR_NOT_FOUND when it is not an id or there is no such mail; ERR_IO with a log line; a file over
// SPOOL_MOST is cut.
enum err spool_read(const char *folder, const char *id, struct text *out) MUST_USE;
// Removes one mail; it need not be there.
void spool_drop(const char *folder, const char *id);
// Removes what was written before that time (ms since 1970).
void spool_forget(const char *folder, int64_t before_ms);

#endif
