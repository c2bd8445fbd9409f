// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/sheet and wire/listing: a byte that shapes the day, then names of people, organisations, tables, sessions
// and meetings, each ended by NUL. Properties: of the page, tags are known and closed as they were opened, attributes
// are ours, and no name becomes markup; of the table, each row has all columns, the cells hold the names, and none is a
// formula.
#include "wire/listing.h"
#include "wire/sheet.h"

#include "samecell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))
#define PEOPLE 4
#define TABLES 2
#define COLUMNS 11
#define DEPTH 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct day {
    struct agenda_slot slot[30];
    struct agenda_person person[PEOPLE];
    struct agenda_meeting meeting[PEOPLE];
    const char *session[3], *table[TABLES];
    int at[PEOPLE], sits[PEOPLE];
    struct agenda agenda;
    struct timetable timetable;
};

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// Takes the bytes up to a NUL.
static const char *field(struct arena *arena, const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size ? memchr(*data, 0, *size) : NULL;
    size_t len = end ? (size_t)(end - *data) : *size;
    const char *s = arena_copy(arena, (const char *)*data, len);
    len += end != NULL;
    *data += len;
    *size -= len;
    return s;
}

static void make(struct day *d, unsigned shape, const uint8_t *data, size_t size, struct arena *arena)
{
    int slots = 3 + (int)(shape % 28);
    *d = (struct day){0};
    for (int t = 0; t < slots; t++)
        d->slot[t] = (struct agenda_slot){
            .session = t * 3 / slots, .start = shape & 128 ? -1 : 1810623600 + t * 1200, .minutes = 20, .offset = 120};
    for (int p = 0; p < PEOPLE; p++) {
        d->person[p] = (struct agenda_person){.free = UINT64_MAX << p, .table = AGENDA_NONE};
        d->person[p].id = d->person[p].name = field(arena, &data, &size);
        d->person[p].organisation = p % 2 ? field(arena, &data, &size) : NULL;
        d->meeting[p] = (struct agenda_meeting){.id = field(arena, &data, &size), .person = {p, (p + 1) % PEOPLE}};
        d->at[p] = p == 3 ? AGENDA_NONE : (int)(shape + (unsigned)p) % slots;
        d->sits[p] = p == 3 ? AGENDA_NONE : p % TABLES;
    }
    for (int i = 0; i < 3; i++)
        d->session[i] = field(arena, &data, &size);
    for (int i = 0; i < TABLES; i++)
        d->table[i] = field(arena, &data, &size);
    d->agenda = (struct agenda){.name = field(arena, &data, &size),
                                .slots = slots,
                                .sessions = 3,
                                .tables = TABLES,
                                .people = PEOPLE,
                                .meetings = PEOPLE,
                                .slot = d->slot,
                                .session = d->session,
                                .table = d->table,
                                .person = d->person,
                                .meeting = d->meeting};
    d->timetable = (struct timetable){PEOPLE, d->at, d->sits};
}

static bool known(const char *tag, size_t len)
{
    static const char *const tags[] = {"html lang=\"fr\"",
                                       "html lang=\"en\"",
                                       "head",
                                       "title",
                                       "style",
                                       "body",
                                       "section",
                                       "section class=\"grid\"",
                                       "section class=\"person\"",
                                       "section class=\"card\"",
                                       "h1",
                                       "h2",
                                       "p",
                                       "p class=\"last\"",
                                       "table",
                                       "thead",
                                       "tbody",
                                       "tr",
                                       "th",
                                       "th class=\"hour\"",
                                       "td",
                                       "td class=\"hour\"",
                                       "td class=\"free\"",
                                       "td class=\"away\"",
                                       "b",
                                       "span class=\"last\""};
    bool found = false;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        found = found || (strlen(tags[i]) == len && memcmp(tags[i], tag, len) == 0);
    return found;
}

static void check_page(const char *html)
{
    const char *open[DEPTH], *tag;
    int depth = 0;
    for (const char *at = strchr(html, '<'); at; at = strchr(at, '<')) {
        tag = ++at;
        size_t len = strcspn(tag, ">"), name = strcspn(tag, " >");
        if (*tag == '/') {
            CHECK(depth > 0 && strncmp(open[--depth], tag + 1, name - 1) == 0 && strchr(" >", open[depth][name - 1]));
        } else if (*tag != '!' && strncmp(tag, "br>", 3) != 0 && strncmp(tag, "meta ", 5) != 0) {
            CHECK(known(tag, len) && depth < DEPTH);
            open[depth++] = tag;
        }
    }
    CHECK(depth == 0);
}

// The cell at *at without its quotes, in the arena; moves behind the comma or the end of line.
static const char *cell(const char **at, struct arena *arena)
{
    char *out = arena_take(arena, strlen(*at) + 1), *to = out;
    bool quoted = **at == '"';
    for (*at += quoted; quoted ? **at != '"' || (*at)[1] == '"' : !strchr(",\r", **at); (*at)++) {
        CHECK(**at);
        *at += quoted && **at == '"';
        *to++ = **at;
    }
    *at += quoted;
    CHECK(**at == ',' || strncmp(*at, "\r\n", 2) == 0);
    *at += **at == ',' ? 1 : 2;
    return out;
}

static void same(const char *cell, const char *text)
{
    CHECK(!strchr("=+-@\t\r", *cell) || !*cell);
    CHECK(same_cell(cell, text));
}

static void check_row(const char **at, const struct day *d, struct arena *arena)
{
    const char *cells[COLUMNS];
    int m = 0;
    for (int i = 0; i < COLUMNS; i++)
        cells[i] = cell(at, arena);
    for (; m < PEOPLE && !(atoi(cells[0]) == d->at[m] + 1); m++)
        ;
    CHECK(m < PEOPLE);
    same(cells[5], d->meeting[m].id);
    same(cells[6], d->person[d->meeting[m].person[0]].name);
    same(cells[8], d->person[d->meeting[m].person[1]].name);
    same(cells[3], d->at[m] == AGENDA_NONE ? "" : d->session[d->slot[d->at[m]].session]);
    same(cells[4], d->at[m] == AGENDA_NONE ? "" : d->table[d->sits[m]]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct day d;
    struct text out;
    make(&d, size ? data[0] : 0, data + (size > 0), size - (size > 0), arena);
    struct hindrance left = {HINDRANCE_UNDECIDED, 3, AGENDA_NONE, AGENDA_NONE, AGENDA_NONE, 0, 0, 0};
    struct sheet s = {&d.agenda, &d.timetable, &left, 1, size % 2 ? LANG_FR : LANG_EN};
    text_init(&out, SIZE_MAX / 2);
    sheet_whole(&out, &s);
    check_page(text_string(&out));
    text_clear(&out);
    listing_write(&out, &d.agenda, &d.timetable, &left, 1, s.lang);
    const char *at = strstr(text_string(&out), "\r\n") + 2;
    for (int i = 0; i < PEOPLE; i++)
        check_row(&at, &d, arena);
    CHECK(*at == 0);
    text_fini(&out);
    arena_free(arena);
    return 0;
}
