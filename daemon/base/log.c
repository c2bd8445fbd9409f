// SPDX-License-Identifier: EUPL-1.2
// Knows how a line of the log looks.
#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum log_level most_written = LOG_INFO;

void log_level(enum log_level most)
{
    most_written = most;
}

__attribute__((format(printf, 3, 0))) static void write_line(const char *level, const char *module, const char *format, va_list args)
{
    char line[2048], when[25];
    clock_format(clock_wall() / 1000, when);
    int len = snprintf(line, sizeof line - 1, "%s %s %s: ", when, level, module);
    int more = vsnprintf(line + len, sizeof line - 1 - (size_t)len, format, args);
    len = more < 0 || (size_t)more >= sizeof line - 1 - (size_t)len ? (int)sizeof line - 2 : len + more;
    // A message of several lines (a database error, say) must stay one line of the log.
    for (int i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' ';
    line[len++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, (size_t)len);
    (void)ignored;
}

void log_line(enum log_level level, const char *module, const char *format, ...)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    if (level > most_written)
        return;
    va_list args;
    va_start(args, format);
    write_line(names[level], module, format, args);
    va_end(args);
}

void log_die(const char *module, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_line("fatal", module, format, args);
    va_end(args);
    exit(70);
}
