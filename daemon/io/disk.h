// SPDX-License-Identifier: EUPL-1.2
// Files and folders that must be whole after a crash. Errors are logged; ERR_IO.
#ifndef IO_DISK_H
#define IO_DISK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

// Joins by format; free().
char *disk_path(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
// Makes the folder (0700) when missing.
enum err disk_folder(const char *path) MUST_USE;
// Removes the folder with all below, symbolic links not followed; OK when it is not there.
enum err disk_remove(const char *path) MUST_USE;
// Puts the content at the path (0600) in one step: after a crash either the old or the new content is there.
enum err disk_write(const char *path, const char *content) MUST_USE;
// Renames within one folder and makes that durable.
enum err disk_rename(const char *from, const char *to) MUST_USE;
// The last line of a text file that is not blank, cut to the room; "" when there is none.
void disk_last_line(const char *path, char *out, size_t room);

#endif
