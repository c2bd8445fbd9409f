// SPDX-License-Identifier: EUPL-1.2
// Knows how mails lie in a folder.
#include "io/spool.h"

#include "base/log.h"
#include "base/memory.h"
#include "io/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".eml"
#define LONGEST_ID 64

struct entry {
    char id[LONGEST_ID + 1];
    int64_t written_ms;
};

static bool is_id(const char *s, size_t len)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return len > 0 && len <= LONGEST_ID && strspn(s, allowed) >= len;
}

enum err spool_write(const char *folder, const char *id, const char *message, size_t len)
{
    if (!is_id(id, strlen(id)) || memchr(message, 0, len))
        return ERR_INVALID;
    char *path = disk_path("%s/%s" ENDING, folder, id), *content = strndup(message, len);
    enum err err = content ? disk_folder(folder) : ERR_IO;
    if (!err)
        err = disk_write(path, content);
    free(content);
    free(path);
    return err;
}

static int newer(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->written_ms != y->written_ms)
        return x->written_ms < y->written_ms ? 1 : -1;
    return strcmp(y->id, x->id);
}

static bool look_at(int folder, const char *name, struct entry *out)
{
    struct stat st;
    size_t len = strlen(name), ending = strlen(ENDING);
    if (len <= ending || strcmp(name + len - ending, ENDING) != 0 || !is_id(name, len - ending) ||
        fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return false;
    snprintf(out->id, sizeof out->id, "%.*s", (int)(len - ending), name);
    out->written_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    return true;
}

enum err spool_each(const char *folder, bool (*each)(void *ctx, const char *id, int64_t written_ms), void *ctx)
{
    struct entry *list = NULL;
    size_t count = 0, room = 0;
    DIR *d = opendir(folder);
    if (!d && errno == ENOENT)
        return ERR_OK;
    if (!d) {
        log_error("spool", "cannot read the folder %s: %s", folder, strerror(errno));
        return ERR_IO;
    }
    for (const struct dirent *e; (e = readdir(d));) {
        if (count == room)
            list = memory_grow(list, room = room ? room * 2 : 64, sizeof *list);
        if (look_at(dirfd(d), e->d_name, &list[count]))
            count++;
    }
    closedir(d);
    if (count)
        qsort(list, count, sizeof *list, newer);
    for (size_t i = 0; i < count && each(ctx, list[i].id, list[i].written_ms); i++)
        ;
    free(list);
    return ERR_OK;
}

// -1 with errno, ENOENT for what is no plain file.
static int open_mail(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 || errno == ELOOP)
        errno = ENOENT;
    return -1;
}

enum err spool_read(const char *folder, const char *id, struct text *out)
{
    char bytes[16384];
    if (!is_id(id, strlen(id)))
        return ERR_NOT_FOUND;
    char *path = disk_path("%s/%s" ENDING, folder, id);
    int fd = open_mail(path);
    ssize_t n = fd < 0 ? -1 : 1;
    for (size_t got = 0; n > 0 && got < SPOOL_MOST; got += (size_t)n) {
        n = read(fd, bytes, sizeof bytes);
        if (n > 0)
            text_add(out, bytes, (size_t)n);
    }
    enum err err = n >= 0 ? ERR_OK : errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    if (err == ERR_IO)
        log_error("spool", "cannot read %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    free(path);
    return err;
}

struct forgetting {
    const char *folder;
    int64_t before_ms;
};

static bool forget(void *ctx, const char *id, int64_t written_ms)
{
    const struct forgetting *f = ctx;
    char *path = disk_path("%s/%s" ENDING, f->folder, id);
    if (written_ms < f->before_ms && unlink(path) != 0 && errno != ENOENT)
        log_warn("spool", "cannot remove %s: %s", path, strerror(errno));
    free(path);
    return true;
}

void spool_forget(const char *folder, int64_t before_ms)
{
    struct forgetting f = {folder, before_ms};
    if (spool_each(folder, forget, &f) != ERR_OK)
        log_warn("spool", "nothing is forgotten");
}

void spool_drop(const char *folder, const char *id)
{
    if (!is_id(id, strlen(id)))
        return;
    char *path = disk_path("%s/%s" ENDING, folder, id);
    if (unlink(path) != 0 && errno != ENOENT)
        log_warn("spool", "cannot remove %s: %s", path, strerror(errno));
    free(path);
}
