// SPDX-License-Identifier: EUPL-1.2
// Any bytes as a mail to a relay and as its replies: the mail ends once, at its end, and is what was given; a reply is
// read the same however much follows, is printable and holds no mail address.
#include "wire/relay.h"

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

static void check_mail(const char *bytes, size_t size)
{
    struct text out, back, lines;
    text_init(&out, SIZE_MAX / 2);
    text_init(&back, SIZE_MAX / 2);
    text_init(&lines, SIZE_MAX / 2);
    CHECK(relay_say(&out, RELAY_BODY, "a@b", "c@d", bytes, size) == ERR_OK);
    CHECK(out.len <= 2 * size + 8);
    // As a relay reads it: lines, dots undone, to the line with a dot.
    for (size_t i = 0;;) {
        const char *line = out.data + i, *end = memmem(line, out.len - i, "\r\n", 2);
        CHECK(end != NULL && !memchr(line, '\n', (size_t)(end - line)) && !memchr(line, '\r', (size_t)(end - line)));
        size_t n = (size_t)(end - line);
        i += n + 2;
        if (n == 1 && *line == '.') {
            CHECK(i == out.len);
            break;
        }
        text_add(&back, line + (*line == '.'), n - (*line == '.'));
        text_byte(&back, '\n');
    }
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != '\r')
            text_byte(&lines, bytes[i]);
        else if (i + 1 == size || bytes[i + 1] != '\n')
            text_byte(&lines, '\n');
    if (lines.len && lines.data[lines.len - 1] != '\n')
        text_byte(&lines, '\n');
    CHECK(back.len == lines.len && (!back.len || memcmp(back.data, lines.data, back.len) == 0));
    text_fini(&out);
    text_fini(&back);
    text_fini(&lines);
}

static void check_line(const char *s, size_t room)
{
    CHECK(strlen(s) < room);
    for (; *s; s++) {
        CHECK(*s >= ' ' && *s < 0x7f);
        CHECK(*s != '@' || ((s[1] == 0 || strchr(" <>()[],;:\"", s[1]))));
    }
}

static void check_reply(const char *bytes, size_t size)
{
    struct relay_reply whole, same;
    int used = relay_reply(bytes, size, &whole);
    CHECK(used >= -1 && (used < 0 || (size_t)used <= size));
    if (used <= 0)
        return;
    CHECK(whole.code >= 200 && whole.code < 600);
    check_line(whole.said, sizeof whole.said);
    CHECK(relay_reply(bytes, (size_t)used, &same) == used && same.code == whole.code &&
          strcmp(same.said, whole.said) == 0);
    CHECK(relay_reply(bytes, (size_t)used - 1, &same) == 0);
    for (enum relay_step step = RELAY_MAIL; step < RELAY_STEPS; step++)
        CHECK(relay_goes_on(step, &whole) || relay_refusal(step, &whole) != ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size ? size : 1), line[64]; // of its very size, so that reading beyond is found
    memcpy(copy, data, size);
    check_mail(copy, size);
    check_reply(copy, size);
    relay_mask(copy, size, line, sizeof line);
    check_line(line, sizeof line);
    free(copy);
    return 0;
}
