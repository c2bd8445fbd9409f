// SPDX-License-Identifier: EUPL-1.2
// Knows how files and folders are put on disk so that a crash leaves them whole.
#include "io/disk.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *disk_path(const char *format, ...)
{
    struct text t;
    va_list args;
    text_init(&t, 1 << 16);
    va_start(args, format);
    text_vformat(&t, format, args);
    va_end(args);
    return text_take(&t);
}

static enum err failed(const char *what, const char *path)
{
    log_error("disk", "cannot %s %s: %s", what, path, strerror(errno));
    return ERR_IO;
}

enum err disk_folder(const char *path)
{
    return mkdir(path, 0700) != 0 && errno != EEXIST ? failed("make the folder", path) : ERR_OK;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

enum err disk_remove(const char *path)
{
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT ? failed("remove", path) : ERR_OK;
}

static enum err sync_folder_of(const char *path)
{
    char *copy = memory_string(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    bool good = fd >= 0 && fsync(fd) == 0;
    enum err e = good ? ERR_OK : failed("make durable", path);
    if (fd >= 0)
        close(fd);
    return e;
}

enum err disk_rename(const char *from, const char *to)
{
    return rename(from, to) != 0 ? failed("rename to", to) : sync_folder_of(to);
}

enum err disk_write(const char *path, const char *content)
{
    char *part = disk_path("%s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t len = strlen(content);
    bool good = fd >= 0 && write(fd, content, len) == (ssize_t)len && fsync(fd) == 0;
    enum err e = good ? ERR_OK : failed("write", part);
    if (fd >= 0)
        close(fd);
    if (!e)
        e = disk_rename(part, path);
    free(part);
    return e;
}

void disk_last_line(const char *path, char *out, size_t room)
{
    char tail[2048];
    *out = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    off_t end = lseek(fd, 0, SEEK_END);
    off_t from = end > (off_t)sizeof tail - 1 ? end - (off_t)sizeof tail + 1 : 0;
    ssize_t len = pread(fd, tail, sizeof tail - 1, from);
    close(fd);
    while (len > 0 && (unsigned char)tail[len - 1] <= ' ')
        len--;
    tail[len > 0 ? len : 0] = 0;
    const char *line = strrchr(tail, '\n');
    snprintf(out, room, "%s", line ? line + 1 : tail);
}
