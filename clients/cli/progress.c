// SPDX-License-Identifier: EUPL-1.2
// Knows how progress looks.
#include "progress.h"

#include "say.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <unistd.h>

#define BAR 30
#define SMOOTH 4 // seconds

void progress_start(struct progress *p, const struct options *o, int64_t size)
{
    *p = (struct progress){.lang = o->lang, .size = size, .terminal = isatty(STDERR_FILENO) == 1};
    p->started = p->last = clock_mono();
}

double progress_seconds(const struct progress *p)
{
    return (double)(clock_mono() - p->started) / 1e6;
}

// Moves the speeds towards those since the last time: what was longer ago than some seconds counts little.
static void measure(struct progress *p, int64_t now, int64_t taken, uint64_t lines)
{
    double seconds = (double)(now - p->last) / 1e6, share = p->lines ? seconds / (seconds + SMOOTH) : 1;
    p->speed += share * ((double)(taken - p->taken) / seconds - p->speed);
    p->rate += share * ((double)(lines - p->lines) / seconds - p->rate);
    p->taken = taken;
    p->lines = lines;
    p->last = now;
}

static void add_left(const struct progress *p, struct text *out)
{
    if (p->size <= 0 || p->taken > p->size || p->speed <= 0)
        return;
    int64_t left = (int64_t)((double)(p->size - p->taken) / p->speed + 0.5);
    text_format(out, ", %s ", p->lang == LANG_FR ? "encore" : "left");
    if (left >= 3600)
        text_format(out, "%lld:%02lld:%02lld", (long long)(left / 3600), (long long)(left / 60 % 60),
                    (long long)(left % 60));
    else
        text_format(out, "%lld:%02lld", (long long)(left / 60), (long long)(left % 60));
}

// "1234 lignes, 567/s, encore 0:12, 3 refusées"
static void add_figures(const struct progress *p, struct text *out, uint64_t refused)
{
    bool fr = p->lang == LANG_FR;
    text_format(out, "%llu %s, %.0f/s", (unsigned long long)p->lines, fr ? "lignes" : "lines", p->rate);
    add_left(p, out);
    if (refused)
        text_format(out, ", %llu %s", (unsigned long long)refused, fr ? "refusées" : "refused");
}

static int percent(const struct progress *p)
{
    return p->size > 0 ? (int)(p->taken * 100 / p->size) : 0;
}

static void show_bar(struct progress *p, const char *figures)
{
    int done = percent(p);
    fputs("\r\033[K", stderr);
    if (p->size > 0) {
        fputc('[', stderr);
        for (int i = 0; i < BAR; i++)
            fputc(i * 100 < done * BAR ? '#' : '.', stderr);
        fprintf(stderr, "] %3d %%  ", done);
    }
    fputs(figures, stderr);
    fflush(stderr);
    p->shown = true;
}

void progress_show(struct progress *p, int64_t taken, uint64_t lines, uint64_t refused)
{
    int64_t now = clock_mono();
    struct text figures;
    if (now - p->last < (p->terminal ? 100000 : 5000000))
        return;
    measure(p, now, taken, lines);
    text_init(&figures, 256);
    add_figures(p, &figures, refused);
    if (p->terminal)
        show_bar(p, text_string(&figures));
    else if (p->size > 0)
        say_line(p->lang, "%d %% : %s", "%d %%: %s", percent(p), text_string(&figures));
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
