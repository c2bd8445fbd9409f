// SPDX-License-Identifier: EUPL-1.2
// Knows the words that pass between a sender of mail and its relay.
#include "wire/relay.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_ADDRESS 254
#define LONGEST_REPLY 65536

static bool plain_address(const char *s)
{
    size_t len = strlen(s);
    for (const char *c = s; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '<' || *c == '>')
            return false;
    return len > 0 && len <= LONGEST_ADDRESS;
}

// A relay must not see the end of the mail before its end, so a bare CR or LF becomes the end of a line too.
static void put_body(struct text *out, const char *message, size_t len)
{
    for (size_t at = 0, n; at < len; at += n) {
        for (n = 0; at + n < len && message[at + n] != '\r' && message[at + n] != '\n';)
            n++;
        if (message[at] == '.')
            text_byte(out, '.');
        text_add(out, message + at, n);
        text_put(out, "\r\n");
        if (at + n < len)
            n += message[at + n] == '\r' && at + n + 1 < len && message[at + n + 1] == '\n' ? 2 : 1;
    }
    text_put(out, ".\r\n");
}

enum err relay_say(struct text *out, enum relay_step step, const char *from, const char *to, const char *message,
                   size_t len)
{
    if (!plain_address(from) || !plain_address(to))
        return ERR_INVALID;
    if (step == RELAY_MAIL)
        text_format(out, "MAIL FROM:<%s>\r\n", from);
    else if (step == RELAY_RCPT)
        text_format(out, "RCPT TO:<%s>\r\n", to);
    else if (step == RELAY_DATA)
        text_put(out, "DATA\r\n");
    else
        put_body(out, message, len);
    return ERR_OK;
}

// Length of the line with its end; 0 when its end is not there.
static size_t line_length(const char *bytes, size_t len)
{
    const char *end = len ? memchr(bytes, '\n', len) : NULL;
    return end ? (size_t)(end - bytes) + 1 : 0;
}

static bool is_digit(char c, char least, char most)
{
    return c >= least && c <= most;
}

int relay_reply(const char *bytes, size_t len, struct relay_reply *out)
{
    struct text all;
    int used = -1;
    text_init(&all, LONGEST_REPLY);
    for (size_t at = 0, n;; at += n) {
        const char *line = bytes + at;
        n = line_length(line, len - at);
        if (!n) {
            used = len > LONGEST_REPLY ? -1 : 0;
            break;
        }
        size_t end = n - (n > 1 && line[n - 2] == '\r' ? 2 : 1);
        bool more = end > 3 && line[3] == '-';
        if (end < 3 || !is_digit(line[0], '2', '5') || !is_digit(line[1], '0', '9') || !is_digit(line[2], '0', '9') ||
            (end > 3 && line[3] != ' ' && !more) || (at > 0 && memcmp(line, bytes, 3) != 0))
            break;
        // Further lines repeat the code.
        size_t skip = at ? (end > 3 ? 4 : 3) : 0;
        text_add(&all, at ? " " : "", at ? 1 : 0);
        text_add(&all, line + skip, end - skip);
        if (!at && more)
            all.data[3] = ' ';
        if (!more) {
            used = (int)(at + n);
            out->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
            relay_mask(text_string(&all), all.len, out->said, sizeof out->said);
            break;
        }
    }
    text_fini(&all);
    return used;
}

bool relay_goes_on(enum relay_step step, const struct relay_reply *reply)
{
    return reply->code / 100 == (step == RELAY_DATA ? 3 : 2);
}

enum err relay_refusal(enum relay_step step, const struct relay_reply *reply)
{
    // RFC 4954: authentication is needed, too weak, wrong, or must be encrypted.
    static const int ours[] = {530, 534, 535, 538};
    const char *status = strlen(reply->said) > 4 ? reply->said + 4 : "";
    if (reply->code < 500)
        return ERR_UNAVAILABLE;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (reply->code == ours[i])
            return ERR_UNAVAILABLE;
    // Too large is the one thing of the mail itself that is said to MAIL FROM.
    if (step == RELAY_MAIL)
        return reply->code == 552 ? ERR_INVALID : ERR_UNAVAILABLE;
    // "Relay access denied" says of every mail that we may not send here; dropping them all would be wrong.
    if (step == RELAY_RCPT && text_starts(status, "5.7."))
        return ERR_UNAVAILABLE;
    return ERR_INVALID;
}

static bool in_address(char c)
{
    return (unsigned char)c > ' ' && !strchr("<>()[],;:\"", c);
}

void relay_mask(const char *bytes, size_t len, char *out, size_t room)
{
    size_t to = 0;
    for (size_t i = 0, n; i < len && to + 1 < room; i += n) {
        bool masked = false;
        // "john smith"@example.org, or any run of an address's characters.
        const char *close = bytes[i] == '"' ? memchr(bytes + i + 1, '"', len - i - 1) : NULL;
        n = close && close + 1 < bytes + len && close[1] == '@' ? (size_t)(close - bytes) - i + 1 : 0;
        for (; i + n < len && in_address(bytes[i + n]); n++)
            masked = masked || bytes[i + n] == '@';
        if (!n) {
            n = 1;
            out[to++] = (unsigned char)bytes[i] < ' ' ? ' ' : bytes[i];
        } else if (masked)
            for (int k = 0; k < 3 && to + 1 < room; k++)
                out[to++] = '*';
        else
            for (size_t k = 0; k < n && to + 1 < room; k++)
                out[to++] = (unsigned char)bytes[i + k] < 0x7f ? bytes[i + k] : '?';
    }
    if (room)
        out[to] = 0;
}
