// SPDX-License-Identifier: EUPL-1.2
// Knows how a message to the caller looks.
#include "say.h"

#include "layout.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MOST (1u << 20)

__attribute__((format(printf, 2, 0))) static void write_line(const char *start, const char *format, va_list args)
{
    struct text line;
    text_init(&line, LINE_MOST);
    text_vformat(&line, format, args);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    fputs(start, stderr);
    layout_clean(stderr, text_string(&line));
    fputc('\n', stderr);
    text_fini(&line);
}

void say_line(enum lang lang, const char *fr, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    write_line("", lang == LANG_FR ? fr : en, args);
    va_end(args);
}

bool say_no(enum lang lang, const char *fr, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    write_line(lang == LANG_FR ? "entregent : " : "entregent: ", lang == LANG_FR ? fr : en, args);
    va_end(args);
    return false;
}
