// SPDX-License-Identifier: EUPL-1.2
// Knows how progress looks.
#include "progress.h"

#include "say.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <unistd.h>

#define BAR 30

void progress_start(struct progress *p, const struct options *o, int64_t size)
{
    *p = (struct progress){.lang = o->lang, .size = size, .terminal = isatty(STDERR_FILENO) == 1};
    p->started = p->last = clock_mono();
}

double progress_seconds(const struct progress *p)
{
    return (double)(clock_mono() - p->started) / 1e6;
}

// "1 234 lignes, 567 par s, encore 0:12"
static void add_figures(const struct progress *p, struct text *out, int64_t taken, uint64_t lines)
{
    double seconds = progress_seconds(p);
    bool fr = p->lang == LANG_FR;
    text_format(out, "%llu %s, %.0f/s", (unsigned long long)lines, fr ? "lignes" : "lines",
                seconds > 0 ? (double)lines / seconds : 0);
    if (p->size > 0 && taken > 0 && taken <= p->size) {
        int64_t left = (int64_t)(seconds * (double)(p->size - taken) / (double)taken + 0.5);
        text_format(out, ", %s %lld:%02lld", fr ? "encore" : "left", (long long)(left / 60), (long long)(left % 60));
    }
}

static void show_bar(struct progress *p, int64_t taken, const char *figures)
{
    int percent = p->size > 0 ? (int)(taken * 100 / p->size) : 0;
    fputs("\r\033[K", stderr);
    if (p->size > 0) {
        fputc('[', stderr);
        for (int i = 0; i < BAR; i++)
            fputc(i * 100 < percent * BAR ? '#' : '.', stderr);
        fprintf(stderr, "] %3d %%  ", percent);
    }
    fputs(figures, stderr);
    fflush(stderr);
    p->shown = true;
}

void progress_show(struct progress *p, int64_t taken, uint64_t lines)
{
    int64_t now = clock_mono();
    struct text figures;
    if (now - p->last < (p->terminal ? 100000 : 5000000))
        return;
    p->last = now;
    text_init(&figures, 256);
    add_figures(p, &figures, taken, lines);
    if (p->terminal)
        show_bar(p, taken, text_string(&figures));
    else if (p->size > 0)
        say_line(p->lang, "%lld %% : %s", "%lld %%: %s", (long long)(taken * 100 / p->size), text_string(&figures));
    else
        say_line(p->lang, "%s", "%s", text_string(&figures));
    text_fini(&figures);
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
