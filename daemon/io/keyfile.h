// SPDX-License-Identifier: EUPL-1.2
// A secret key in a file beside the database: whoever has a copy of the one has not the other.
#ifndef IO_KEYFILE_H
#define IO_KEYFILE_H

#include "base/err.h"
#include "wire/seal.h"

// Reads the key, makes it (0600) when the file is missing. ERR_IO with a log line when that fails, the file holds something
// else, or others may read it.
enum err keyfile_read(const char *path, unsigned char key[static SEAL_KEY]) MUST_USE;

#endif
