// SPDX-License-Identifier: EUPL-1.2
// Any mail: what is read may be shown on a terminal and is no larger than promised; what was written is read back.
#include "wire/mailread.h"

#include "base/text.h"
#include "wire/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

static void check_shown(const char *s, size_t size, bool lines)
{
    size_t len = strlen(s);
    CHECK(len <= 3 * size && text_utf8(s, len));
    for (size_t i = 0; i < len; i++) {
        CHECK((unsigned char)s[i] >= ' ' || (lines && (s[i] == '\n' || s[i] == '\t')));
        CHECK(s[i] != 0x7f && !((unsigned char)s[i] == 0xc2 && (unsigned char)s[i + 1] < 0xa0));
    }
}

// The first line as a subject, the rest as a text.
static void check_round_trip(const char *bytes, size_t size, struct arena *arena)
{
    char *given = arena_copy(arena, bytes, size), *text = given + strcspn(given, "\n");
    if (*text)
        *text++ = 0;
    const struct mail mail = {
        .from = "a@b.fr", .to = "c@d.fr", .subject = given, .id = "x", .language = "fr", .text = text, .html = "<p>x"};
    struct text out;
    struct mailread m;
    text_init(&out, SIZE_MAX / 2);
    if (mail_write(&out, &mail) == ERR_OK) {
        mailread_parse(out.data, out.len, arena, &m);
        CHECK(strcmp(m.to, mail.to) == 0 && strcmp(m.from, mail.from) == 0);
        bool plain = *given != ' ' && *given != '\t' && !strpbrk(given, "\x7f\r");
        for (const char *s = given; *s; s++)
            plain =
                plain && (unsigned char)*s >= ' ' && (unsigned char)*s != 0xc2 && strncmp(s, "\xef\xbf\xbd", 3) != 0;
        size_t len = strlen(given);
        if (plain && len && given[len - 1] != ' ')
            CHECK(strcmp(m.subject, given) == 0);
        plain = true;
        for (const char *s = text; *s; s++)
            plain = plain && ((unsigned char)*s >= ' ' || *s == '\n' || *s == '\t') && *s != 0x7f &&
                    (unsigned char)*s != 0xc2;
        if (plain)
            CHECK(strcmp(m.text, text) == 0);
    }
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct mailread m;
    char *copy = malloc(size ? size : 1); // of its very size, so that reading beyond is found
    memcpy(copy, data, size);
    mailread_parse(copy, size, arena, &m);
    check_shown(m.date, size, false);
    check_shown(m.from, size, false);
    check_shown(m.to, size, false);
    check_shown(m.subject, size, false);
    check_shown(m.text, size, true);
    check_round_trip(copy, size, arena);
    free(copy);
    arena_free(arena);
    return 0;
}
