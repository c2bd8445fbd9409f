// SPDX-License-Identifier: EUPL-1.2
// Knows how a key is kept in a file.
#include "io/keyfile.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Whole or not at all: the file appears by its creation, and a start that was cut short leaves one that is refused by its
// length, not one that weakens the key.
static enum err make(const char *path, unsigned char key[static SEAL_KEY])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    seal_key_new(key);
    bool good = fd >= 0 && write(fd, key, SEAL_KEY) == SEAL_KEY && fsync(fd) == 0;
    if (!good)
        log_error("keyfile", "cannot make %s: %s", path, strerror(errno));
    if (!good && fd >= 0)
        unlink(path);
    if (fd >= 0)
        close(fd);
    return good ? ERR_OK : ERR_IO;
}

enum err keyfile_read(const char *path, unsigned char key[static SEAL_KEY])
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return make(path, key);
    enum err err = ERR_IO;
    if (fd < 0 || fstat(fd, &st) != 0)
        log_error("keyfile", "cannot read %s: %s", path, strerror(errno));
    else if (st.st_mode & 077)
        log_error("keyfile", "%s can be read by others: chmod 600", path);
    else if (st.st_size != SEAL_KEY || read(fd, key, SEAL_KEY) != SEAL_KEY)
        log_error("keyfile", "%s is no key of %d bytes: remove it, and links mailed before are worth nothing", path, SEAL_KEY);
    else
        err = ERR_OK;
    if (fd >= 0)
        close(fd);
    return err;
}
