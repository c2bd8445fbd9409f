// SPDX-License-Identifier: EUPL-1.2
// Prose of a mail: the phrases of protocol/told.def filled in, what people wrote made fit for a line, times as people read
// them, and a letter whose text and HTML say the same in the same words.
#ifndef WIRE_PROSE_H
#define WIRE_PROSE_H

#include "base/arena.h"
#include "base/text.h"
#include "wire/letter.h"

#include <stdbool.h>
#include <stdint.h>

enum prose_phrase {
#define SAY(name, fr, en) PROSE_##name,
#include "protocol/told.def"
};

struct prose {
    enum lang lang;
    struct arena *arena; // of every text that is given out
    const char *subject;
    struct text plain, html; // from prose_open to prose_close
};

// Texts. Lengths are in characters.
size_t prose_characters(const char *s);
// At most so many (at least 2), cut behind a word where one ends not far from there.
const char *prose_cut(struct prose *p, const char *words, size_t most);
// A text of somebody as one line without controls or signs that turn its direction; NULL when there is nothing in it, or words
// is NULL.
const char *prose_clean(struct prose *p, const char *words, size_t most);
const char *prose_clean_bytes(struct prose *p, const char *from, size_t len, size_t most);

// Phrases: {n}, {what}, {was}, {who}, and the plural letters {s} and {x} of n.
struct prose_values {
    int64_t n;
    const char *what, *was, *who;
};
const char *prose_fill(struct prose *p, const char *const pattern[2], struct prose_values v); // pattern by enum lang
const char *prose_say(struct prose *p, enum prose_phrase phrase, struct prose_values v);
const char *prose_word(const struct prose *p, enum prose_phrase phrase);
// Euros: least and most as digits, or "" when unknown; NULL when both are.
const char *prose_range(struct prose *p, const char *least, const char *most);
const char *prose_listed(struct prose *p, const char *list, const char *item); // "a", "a, b": list so far (NULL: none) and one more

// Times
#define PROSE_PARIS INT32_MAX

struct prose_moment {
    int32_t day; // since 1970-01-01
    int year, month, of_month, hour, minute;
    bool midnight; // the one that ends the day
};
// Which clock an organiser meant that wrote this instant (RFC 3339, or its offset alone): minutes ahead of UTC, as overseas; or
// PROSE_PARIS, whose summer time is known: also when it is in UTC, as programs write it, and when it says nothing.
int prose_zone(const char *instant);
struct prose_moment prose_at(int64_t t, int zone);    // never midnight
struct prose_moment prose_until(int64_t t);           // in Paris; midnight is the end of the day before
const char *prose_day(struct prose *p, struct prose_moment m);  // "12 juin", "1er mars"
const char *prose_date(struct prose *p, struct prose_moment m); // "vendredi 12 juin 2026"
const char *prose_hour(struct prose *p, struct prose_moment m); // "9 h 30", "09:30"
const char *prose_instant(struct prose *p, int64_t t);          // a deadline: day, hour, and that it is that of Paris

// The letter. Begun by prose_open, which keeps the subject; what follows goes into its text and its HTML.
void prose_open(struct prose *p, const char *subject);
void prose_gap(struct prose *p);
// A block of the plain text alone; its first line begins with `first`, the others with as many spaces.
void prose_wrap(struct prose *p, const char *first, const char *words);
void prose_heading(struct prose *p, int level, const char *words); // 1 to 4
void prose_paragraph(struct prose *p, const char *words);
void prose_fact(struct prose *p, enum prose_phrase label, const char *value); // a line of its own; nothing when value is NULL
void prose_list_open(struct prose *p);
void prose_list_close(struct prose *p);
void prose_item(struct prose *p, const char *label, const char *value);
void prose_item_plain(struct prose *p, const char *words);
// What somebody wrote, line by line; empty lines part paragraphs and are not kept twice.
void prose_quote(struct prose *p, const char *words);
enum prose_look { PROSE_LOOK_LINK, PROSE_LOOK_BUTTON, PROSE_LOOK_OTHER_BUTTON };
void prose_link(struct prose *p, enum prose_look look, const char *words, const char *url);
// A copy of an http or https URL of visible ASCII; NULL when it is none.
const char *prose_checked(struct prose *p, const char *url);
// Why one is written to, how it ends, and the end.
void prose_close(struct prose *p, const char *because, const char *unsubscribe, struct letter *out);

#endif
