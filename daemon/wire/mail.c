// SPDX-License-Identifier: EUPL-1.2
// Knows how a mail is written.
#include "wire/mail.h"

#include <string.h>
#include <time.h>

#define LINE 76       // RFC 2045, 6.8 and RFC 2047, 2
#define WORD_MOST 48  // a longer word of a header is encoded, as it could not be folded
#define URL_MOST 900  // a line has at most 998 (RFC 5322, 2.1.1)
#define LOCAL_MOST 64 // RFC 5321, 4.5.3.1
#define LABEL_MOST 63
#define ADDRESS_MOST 254
#define WORD_BEGIN "=?UTF-8?B?"
#define WORD_END "?="
#define NAME_MOST 40
#define TYPE_MOST 60
#define BOUNDARY "=_alternative" // never within base64, so never within a body
#define OUTER "=_mixed"          // of a mail with attachments

static bool one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool atext(char c) // RFC 5322, 3.2.3
{
    return alphanumeric(c) || one_of(c, "!#$%&'*+-/=?^_`{|}~");
}

static bool dot_atom(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] == '.' ? i == 0 || s[i - 1] == '.' : !atext(s[i]))
            return false;
    return len && s[len - 1] != '.';
}

// Names of DNS (RFC 1123), and no IPv4 address: the last label is not of digits only (RFC 3696, 2).
static bool host(const char *s)
{
    size_t dots = 0;
    if (text_equal(s, "localhost"))
        return true;
    for (;;) {
        size_t len = strcspn(s, ".");
        if (len < 1 || len > LABEL_MOST || s[0] == '-' || s[len - 1] == '-')
            return false;
        for (size_t i = 0; i < len; i++)
            if (!alphanumeric(s[i]) && s[i] != '-')
                return false;
        if (!s[len])
            return dots && strspn(s, "0123456789") < len;
        dots++;
        s += len + 1;
    }
}

static bool address_of(const char *given, size_t len, char out[static 255])
{
    const char *at = memchr(given, '@', len);
    *out = 0;
    if (!at || len > ADDRESS_MOST || at - given > LOCAL_MOST || !dot_atom(given, (size_t)(at - given)))
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = given[i] >= 'A' && given[i] <= 'Z' ? (char)(given[i] + 'a' - 'A') : given[i];
    out[len] = 0;
    if (host(out + (at - given) + 1))
        return true;
    *out = 0;
    return false;
}

bool mail_address(const char *given, char out[static 255])
{
    return address_of(given, strlen(given), out);
}

// What may stand in a header field: UTF-8 in one line.
static bool one_line(const char *s)
{
    return text_utf8(s, strlen(s)) && !strpbrk(s, "\r\n");
}

// Splits "Name <address>"; a bare address has no name. name: bytes of given, without quotes and space around them.
static bool sender_of(const char *given, const char **name, size_t *len, char address[static 255])
{
    size_t all = strlen(given);
    const char *open = strrchr(given, '<');
    *name = given;
    *len = 0;
    *address = 0;
    if (!one_line(given))
        return false;
    if (!open)
        return mail_address(given, address);
    if (given[all - 1] != '>' || !address_of(open + 1, (size_t)(given + all - open) - 2, address))
        return false;
    *len = (size_t)(open - given);
    while (*len && (*name)[*len - 1] == ' ')
        --*len;
    if (*len > 1 && **name == '"' && (*name)[*len - 1] == '"') {
        ++*name;
        *len -= 2;
    }
    if (*len)
        return true;
    *address = 0;
    return false;
}

bool mail_sender(const char *given, char out[static 255])
{
    const char *name;
    size_t len;
    return sender_of(given, &name, &len, out);
}

static void put_base64(struct text *out, const char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < n ? (unsigned char)bytes[i + k] : 0);
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63], n > 1 ? digits[bits >> 6 & 63] : '=',
                        n > 2 ? digits[bits & 63] : '='};
        text_add(out, four, sizeof four);
    }
}

// Bytes since the last line's end.
static size_t column(const struct text *out)
{
    const char *end = out->len ? memrchr(out->data, '\n', out->len) : NULL;
    return end ? (size_t)(out->data + out->len - end) - 1 : out->len;
}

// Starts a new line of the field when what comes next would not fit; the space is part of the field in either case.
static void space_before(struct text *out, size_t next)
{
    text_put(out, column(out) + 1 + next > LINE ? "\r\n " : " ");
}

// Encoded words (RFC 2047), each of whole characters.
static void put_encoded(struct text *out, const char *s, size_t len)
{
    const size_t least = sizeof WORD_BEGIN + sizeof WORD_END - 2 + 8,
                 room = LINE - (sizeof WORD_BEGIN + sizeof WORD_END - 2);
    while (len) {
        space_before(out, least);
        size_t n = (room - column(out)) / 4 * 3;
        if (n >= len)
            n = len;
        else
            while (n > 1 && (s[n] & 0xc0) == 0x80)
                n--;
        text_put(out, WORD_BEGIN);
        put_base64(out, s, n);
        text_put(out, WORD_END);
        s += n;
        len -= n;
    }
}

// Words that may stand as they are: of the given characters, parted by single spaces, each fit for a line.
static bool plain(const char *s, size_t len, bool (*fit)(char c))
{
    size_t word = 0;
    for (size_t i = 0; i < len; i++) {
        bool space = s[i] == ' ';
        if ((space && word == 0) || (!space && !fit(s[i])) || (s[i] == '=' && i + 1 < len && s[i + 1] == '?'))
            return false;
        word = space ? 0 : word + 1;
        if (word > WORD_MOST)
            return false;
    }
    return word > 0;
}

static bool visible(char c)
{
    return c > ' ' && c < 0x7f;
}

// Text behind a field's name, folded; fit: characters that need no encoding.
static void put_words(struct text *out, const char *s, size_t len, bool (*fit)(char c))
{
    if (!plain(s, len, fit)) {
        put_encoded(out, s, len);
        return;
    }
    for (const char *end = s + len; s < end;) {
        const char *space = memchr(s, ' ', (size_t)(end - s));
        size_t n = (size_t)((space ? space : end) - s);
        space_before(out, n);
        text_add(out, s, n);
        s += n + 1;
    }
}

static void put_date(struct text *out, int64_t at)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const int64_t last = 253402300799; // of the year 9999
    time_t seconds = (time_t)(at < 0 ? 0 : at > last ? last : at);
    struct tm t;
    gmtime_r(&seconds, &t);
    text_format(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n", days + 3 * t.tm_wday, t.tm_mday,
                months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void put_lines(struct text *out, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at += LINE / 4 * 3) {
        put_base64(out, bytes + at, len - at < LINE / 4 * 3 ? len - at : LINE / 4 * 3);
        text_put(out, "\r\n");
    }
}

// The text with CRLF, as MIME wants lines before they are encoded (RFC 2045, 6.8).
static void put_part(struct text *out, const char *type, const char *s)
{
    struct text lines;
    text_init(&lines, SIZE_MAX / 2);
    for (; *s; s++) {
        if (*s == '\r' && s[1] == '\n')
            continue;
        if (*s == '\n' || *s == '\r')
            text_put(&lines, "\r\n");
        else
            text_byte(&lines, *s);
    }
    text_format(out, "--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                type);
    put_lines(out, lines.data, lines.len);
    text_fini(&lines);
}

static bool url(const char *s)
{
    size_t len = strlen(s);
    for (size_t i = 0; i < len; i++)
        if (!visible(s[i]) || one_of(s[i], "<>\"\\"))
            return false;
    return len <= URL_MOST && (text_starts(s, "https://") || text_starts(s, "http://"));
}

static bool good_attachments(const struct mail *m)
{
    for (size_t i = 0; i < m->attached; i++) {
        const char *name = m->attachments[i].name, *type = m->attachments[i].type;
        size_t len = strlen(name);
        if (!len || len > NAME_MOST || !*type || strlen(type) > TYPE_MOST)
            return false;
        for (; *name; name++)
            if (!alphanumeric(*name) && !one_of(*name, "-._"))
                return false;
        for (; *type; type++)
            if (*type != ' ' && !visible(*type))
                return false;
    }
    return true;
}

static bool good(const struct mail *m)
{
    size_t id = strlen(m->id);
    return one_line(m->subject) && id <= LOCAL_MOST && dot_atom(m->id, id) &&
           (text_equal(m->language, "fr") || text_equal(m->language, "en")) &&
           (!m->unsubscribe || url(m->unsubscribe)) && good_attachments(m) && text_utf8(m->text, strlen(m->text)) &&
           text_utf8(m->html, strlen(m->html));
}

static void put_alternative(struct text *out, const struct mail *m)
{
    text_put(out, "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n");
    put_part(out, "text/plain", m->text);
    put_part(out, "text/html", m->html);
    text_put(out, "--" BOUNDARY "--\r\n");
}

static void put_attachment(struct text *out, const struct mail_attachment *a)
{
    text_format(out, "--" OUTER "\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename=\"%s\"\r\n"
                     "Content-Transfer-Encoding: base64\r\n\r\n", a->type, a->name);
    put_lines(out, a->bytes, a->len);
}

static void put_body(struct text *out, const struct mail *m)
{
    if (!m->attached) {
        put_alternative(out, m);
        return;
    }
    text_put(out, "Content-Type: multipart/mixed; boundary=\"" OUTER "\"\r\n\r\n--" OUTER "\r\n");
    put_alternative(out, m);
    for (size_t i = 0; i < m->attached; i++)
        put_attachment(out, &m->attachments[i]);
    text_put(out, "--" OUTER "--\r\n");
}

static void put_mail(struct text *out, const struct mail *m, const char *name, size_t len, const char *from,
                     const char *to)
{
    text_put(out, "From:");
    put_words(out, name, len, atext);
    space_before(out, strlen(from) + 2);
    text_format(out, len ? "<%s>" : "%s", from);
    text_format(out, "\r\nTo: %s\r\nSubject:", to);
    put_words(out, m->subject, strlen(m->subject), visible);
    text_put(out, "\r\n");
    put_date(out, m->at);
    text_format(out, "Message-ID: <%s%s>\r\n", m->id, strchr(from, '@'));
    if (m->unsubscribe)
        text_format(out, "List-Unsubscribe: <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                    m->unsubscribe);
    text_format(out,
                "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Language: %s\r\n", m->language);
    put_body(out, m);
}

enum err mail_write(struct text *out, const struct mail *m)
{
    char from[255], to[255];
    const char *name;
    size_t len;
    struct text mail;
    if (!good(m) || !sender_of(m->from, &name, &len, from) || !mail_address(m->to, to))
        return ERR_BAD_TEXT;
    // Folding counts columns, so it is written where nothing can be missing, then added as a whole.
    text_init(&mail, SIZE_MAX / 2);
    put_mail(&mail, m, name, len, from, to);
    text_add(out, mail.data, mail.len);
    text_fini(&mail);
    return ERR_OK;
}
