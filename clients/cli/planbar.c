// SPDX-License-Identifier: EUPL-1.2
// Knows how a plan under way looks.
#include "planbar.h"

#include "plantold.h"
#include "say.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR 20
#define BAR_US 100000
#define LINE_US 5000000
#define JSON_US 200000

void planbar_start(struct planbar *b, const struct options *o, const struct agenda *a, int64_t started, int64_t until)
{
    *b = (struct planbar){
        .o = o, .agenda = a, .started = started, .until = until, .terminal = isatty(STDERR_FILENO) == 1};
    b->last = b->lined = started;
    snprintf(b->figures, sizeof b->figures, "%s", o->lang == LANG_FR ? "rien encore" : "nothing yet");
}

// "57/57, gaps 3 (>= 1), table changes 12 ✓"
static void put_figures(const struct planbar *b, struct plan *p, struct text *out)
{
    const struct timetable_value *value = plan_value(p);
    struct arena *arena = arena_new();
    bool fr = b->o->lang == LANG_FR;
    if (value)
        text_format(out, "%d/%d", value->placed, b->agenda->meetings);
    else
        text_put(out, fr ? "rien encore" : "nothing yet");
    for (enum level l = 0; l < LEVELS; l++) {
        struct plan_level level = plan_level(p, l);
        bool most = l == LEVEL_WEIGHT || l == LEVEL_FAIRNESS;
        bool known = most || level.bound > 0; // that nothing is below zero is no news
        if (!plantold_tells(b->agenda, l) || (!value && !known))
            continue;
        text_format(out, ", %s", plantold_name(l, b->o->lang));
        if (value)
            text_format(out, " %s", plantold_value(l, level.value, arena));
        if (value && level.proven)
            text_put(out, " ✓");
        else if (known)
            text_format(out, " (%s %s)", most ? "≤" : "≥", plantold_value(l, level.bound, arena));
    }
    arena_free(arena);
}

// What fits into a line of the terminal, so that the next one overwrites it all.
static size_t fitting(const char *s)
{
    struct winsize size = {0};
    size_t room = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col - 1u : 79, at = 0;
    for (size_t columns = 0; s[at]; at++) {
        columns += ((unsigned char)s[at] & 0xc0) != 0x80;
        if (columns > room)
            break;
    }
    return at;
}

static void draw_bar(const struct planbar *b, int64_t now)
{
    int64_t whole = b->until - b->started, gone = now - b->started < whole ? now - b->started : whole;
    struct text line;
    text_init(&line, 4096);
    text_byte(&line, '[');
    for (int i = 0; i < BAR; i++)
        text_byte(&line, whole > 0 && i * whole < gone * BAR ? '#' : '.');
    text_format(&line, "] %.0f s  %s", (double)(now - b->started) / 1e6, b->figures);
    fputs("\r\033[K", stderr);
    fwrite(text_string(&line), 1, fitting(text_string(&line)), stderr);
    fflush(stderr);
    text_fini(&line);
}

void planbar_tick(struct planbar *b)
{
    int64_t now = clock_mono();
    if (option_given(b->o, OPTION_SILENT) || now - b->last < (b->terminal ? BAR_US : LINE_US))
        return;
    b->last = now;
    if (b->terminal)
        draw_bar(b, now);
    else
        say_line(b->o->lang, "%.0f s : %s", "%.0f s: %s", (double)(now - b->started) / 1e6, b->figures);
    b->shown = b->terminal;
}

static bool changed(const struct planbar *b, struct plan *p)
{
    bool other = false;
    for (enum level l = 0; l < LEVELS; l++) {
        struct plan_level now = plan_level(p, l);
        other =
            other || now.value != b->told[l].value || now.bound != b->told[l].bound || now.proven != b->told[l].proven;
    }
    return other;
}

static void write_json(struct planbar *b, struct plan *p, int64_t now)
{
    const struct timetable_value *value = plan_value(p);
    for (enum level l = 0; l < LEVELS; l++)
        b->told[l] = plan_level(p, l);
    b->lined = now;
    plantold_print(json_pack("{s:{s:f,s:i,s:o}}", "progress", "seconds", (double)(now - b->started) / 1e6, "placed",
                             value ? value->placed : 0, "levels", plantold_levels(b->agenda, p)));
    fflush(stdout);
}

void planbar_show(struct planbar *b, struct plan *p)
{
    struct text figures;
    int64_t now = clock_mono();
    if (option_given(b->o, OPTION_JSON) && option_given(b->o, OPTION_VERBOSE) &&
        now - b->lined >= (changed(b, p) ? JSON_US : LINE_US))
        write_json(b, p, now);
    text_init(&figures, sizeof b->figures);
    put_figures(b, p, &figures);
    snprintf(b->figures, sizeof b->figures, "%s", text_string(&figures));
    text_fini(&figures);
    planbar_tick(b);
}

void planbar_end(struct planbar *b, struct plan *p)
{
    if (b->shown)
        fputs("\r\033[K", stderr);
    b->shown = false;
    if (option_given(b->o, OPTION_JSON) && option_given(b->o, OPTION_VERBOSE) && changed(b, p))
        write_json(b, p, clock_mono());
}
