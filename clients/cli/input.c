// SPDX-License-Identifier: EUPL-1.2
// Knows how a file becomes lines.
#include "input.h"

#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A descriptor, -1 (said) when there is none; *info describes it.
static int open_file(const struct options *o, const char *name, struct stat *info)
{
    int fd = text_equal(name, "-") ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, info) == 0 && !S_ISDIR(info->st_mode))
        return fd;
    if (fd >= 0)
        errno = EISDIR;
    say_no(o->lang, "%s : lecture impossible (%s)", "%s: cannot be read (%s)", name, strerror(errno));
    if (fd > STDIN_FILENO)
        close(fd);
    return -1;
}

bool input_whole(const struct options *o, const char *name, struct text *out)
{
    char bytes[16384];
    struct stat info;
    ssize_t n = 0;
    int fd = open_file(o, name, &info);
    if (fd < 0)
        return false;
    while (!out->full && (n = read(fd, bytes, sizeof bytes)) > 0)
        text_add(out, bytes, (size_t)n);
    bool good = true;
    if (out->full)
        good = say_no(o->lang, "%s : plus de %zu octets", "%s: over %zu bytes", name, out->limit);
    else if (n < 0)
        good = say_no(o->lang, "%s : lecture impossible (%s)", "%s: cannot be read (%s)", name, strerror(errno));
    if (fd != STDIN_FILENO)
        close(fd);
    return good;
}

bool input_open(struct input *in, const struct options *o, const struct call *c, const char *name)
{
    struct stat info = {0};
    *in = (struct input){.call = c, .size = -1};
    text_init(&in->line, INPUT_LINE_MOST);
    in->file = open_file(o, name, &info);
    in->regular = in->file >= 0 && S_ISREG(info.st_mode);
    if (in->regular)
        in->size = info.st_size;
    return in->file >= 0;
}

void input_close(struct input *in)
{
    if (in->file > STDIN_FILENO)
        close(in->file);
    text_fini(&in->line);
}

// Reads on: bytes in the buffer, 0 at the end, -1 on an error, -2 on an interrupt.
static int fill(struct input *in)
{
    struct pollfd wait = {.fd = in->file, .events = POLLIN};
    while (!in->regular && poll(&wait, 1, 200) == 0)
        if (call_stopped(in->call))
            return -2;
    ssize_t n = read(in->file, in->bytes, sizeof in->bytes);
    in->at = 0;
    in->end = n > 0 ? (size_t)n : 0;
    return (int)n;
}

// Appends up to and without the next LF; *ended when there was one. What fill returns.
static int gather(struct input *in, bool *ended)
{
    int n = in->at < in->end ? 1 : fill(in);
    if (n <= 0)
        return n;
    const char *from = in->bytes + in->at, *end = memchr(from, '\n', in->end - in->at);
    size_t len = end ? (size_t)(end - from) : in->end - in->at;
    text_add(&in->line, from, len);
    *ended = end != NULL;
    in->at += len + *ended;
    in->taken += (int64_t)len + *ended;
    return n;
}

static void trim(struct input *in)
{
    if (in->number == 1 && text_starts(text_string(&in->line), "\xef\xbb\xbf"))
        text_drop(&in->line, 3);
    if (in->line.len && in->line.data[in->line.len - 1] == '\r')
        in->line.data[--in->line.len] = 0;
}

enum input_step input_next(struct input *in)
{
    int n = 1;
    bool ended = false;
    int64_t before = in->taken;
    if (in->again) {
        in->again = false;
        return INPUT_LINE;
    }
    text_clear(&in->line);
    while (!ended && (n = gather(in, &ended)) > 0)
        ;
    if (n < 0)
        return n == -2 ? INPUT_STOPPED : INPUT_FAILED;
    if (in->taken == before)
        return INPUT_END;
    in->number++;
    if (in->line.full)
        return INPUT_TOO_LONG;
    trim(in);
    return INPUT_LINE;
}

void input_again(struct input *in)
{
    in->again = true;
}

bool input_ready(const struct input *in)
{
    struct pollfd wait = {.fd = in->file, .events = POLLIN};
    return in->regular || in->again || in->at < in->end || poll(&wait, 1, 0) != 0;
}

enum input_step input_chunk(struct input *in, const char **bytes, size_t *len)
{
    int n = in->at < in->end ? 1 : fill(in);
    if (n <= 0)
        return n == 0 ? INPUT_END : n == -2 ? INPUT_STOPPED : INPUT_FAILED;
    *bytes = in->bytes + in->at;
    *len = in->end - in->at;
    return INPUT_LINE;
}

void input_use(struct input *in, size_t len)
{
    in->at += len;
    in->taken += (int64_t)len;
}

bool input_blank(const struct input *in)
{
    return strspn(text_string(&in->line), " \t\r\v\f") == in->line.len;
}
