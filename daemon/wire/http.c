// SPDX-License-Identifier: EUPL-1.2
// Knows which bytes are an HTTP/1.1 request and how an answer starts.
#include "wire/http.h"

#include "base/clock.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#define METHOD_MOST 20
#define CHUNK_LINE_MOST 256
#define TRAILERS_MOST 4096

// ---- Bytes and slices

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token(char c) // tchar, RFC 9110 5.6.2
{
    return is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_control(char c) // what neither a header line nor a chunk line may hold
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool all_token(struct http_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token(s.at[i]))
            return false;
    return s.len > 0;
}

static bool same(struct http_slice s, const char *word)
{
    return s.len == strlen(word) && strncasecmp(s.at, word, s.len) == 0;
}

static struct http_slice trim(struct http_slice s)
{
    while (s.len && (*s.at == ' ' || *s.at == '\t'))
        s.at++, s.len--;
    while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
        s.len--;
    return s;
}

// Moves what stands before the byte from *rest to *piece. Without the byte: false, and *piece is all of it.
static bool cut(struct http_slice *rest, char at, struct http_slice *piece)
{
    const char *found = rest->len ? memchr(rest->at, at, rest->len) : NULL;
    *piece = *rest;
    if (!found) {
        *rest = (struct http_slice){rest->at ? rest->at + rest->len : NULL, 0};
        return false;
    }
    piece->len = (size_t)(found - rest->at);
    rest->at = found + 1;
    rest->len -= piece->len + 1;
    return true;
}

// ---- The request line

static enum err read_version(struct http_slice v)
{
    if (v.len != 8 || memcmp(v.at, "HTTP/", 5) != 0 || !is_digit(v.at[5]) || v.at[6] != '.' || !is_digit(v.at[7]))
        return ERR_BAD_REQUEST;
    return memcmp(v.at + 5, "1.1", 3) == 0 ? ERR_OK : ERR_BAD_VERSION;
}

static enum err read_target(struct http_head *head)
{
    struct http_slice t = head->target, rest = t;
    if (t.len == 1 && *t.at == '*' && same(head->method, "OPTIONS")) {
        head->path = t;
        return ERR_OK;
    }
    if (t.len == 0 || *t.at != '/')
        return ERR_BAD_REQUEST;
    for (size_t i = 0; i < t.len; i++) {
        if ((unsigned char)t.at[i] <= 0x20 || (unsigned char)t.at[i] >= 0x7f || t.at[i] == '#')
            return ERR_BAD_REQUEST;
        if (t.at[i] == '%' && (t.len - i < 3 || hex_value(t.at[i + 1]) < 0 || hex_value(t.at[i + 2]) < 0))
            return ERR_BAD_REQUEST;
    }
    cut(&rest, '?', &head->path);
    head->query = rest;
    return ERR_OK;
}

static enum err read_request_line(struct http_head *head, struct http_slice line)
{
    if (!cut(&line, ' ', &head->method) || !all_token(head->method) || !cut(&line, ' ', &head->target))
        return ERR_BAD_REQUEST;
    enum err e = read_version(line);
    if (e)
        return e;
    if (head->method.len > METHOD_MOST)
        return ERR_NOT_IMPLEMENTED;
    return read_target(head);
}

// ---- The headers that decide how the request is read

static enum err take_host(struct http_head *head, struct http_slice v)
{
    (void)head;
    size_t i = 0, digits = 0, port = 0;
    if (v.len && v.at[0] == '[') {
        for (i = 1; i < v.len && (hex_value(v.at[i]) >= 0 || v.at[i] == ':' || v.at[i] == '.');)
            i++;
        if (i < 3 || i == v.len || v.at[i++] != ']')
            return ERR_BAD_REQUEST;
    } else
        while (i < v.len && (is_alnum(v.at[i]) || v.at[i] == '-' || v.at[i] == '.' || v.at[i] == '_'))
            i++;
    if (i == 0 || (i < v.len && v.at[i] != ':'))
        return ERR_BAD_REQUEST;
    if (i == v.len)
        return ERR_OK;
    for (i++; i < v.len && is_digit(v.at[i]) && digits < 5; i++, digits++)
        port = port * 10 + (size_t)(v.at[i] - '0');
    return i == v.len && digits && port <= 65535 ? ERR_OK : ERR_BAD_REQUEST;
}

static enum err take_length(struct http_head *head, struct http_slice v)
{
    uint64_t n = 0;
    for (size_t i = 0; i < v.len; i++)
        if (!is_digit(v.at[i]) || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (unsigned)(v.at[i] - '0'), &n))
            return ERR_BAD_REQUEST;
    head->length = n;
    return v.len ? ERR_OK : ERR_BAD_REQUEST;
}

// A first coding we do not know is 501; chunked that is not the only coding, or none at all, is a trick.
static enum err take_coding(struct http_head *head, struct http_slice v)
{
    struct http_slice first = {v.at, 0};
    while (first.len < v.len && is_token(v.at[first.len]))
        first.len++;
    head->chunked = same(v, "chunked");
    if (head->chunked)
        return ERR_OK;
    return first.len == 0 || same(first, "chunked") ? ERR_BAD_REQUEST : ERR_NOT_IMPLEMENTED;
}

static enum err take_connection(struct http_head *head, struct http_slice v)
{
    struct http_slice word;
    for (bool more = true; more;) {
        more = cut(&v, ',', &word);
        if (same(trim(word), "close"))
            head->keep_alive = false;
    }
    return ERR_OK;
}

static enum err take_expect(struct http_head *head, struct http_slice v)
{
    head->expect = same(v, "100-continue");
    return head->expect ? ERR_OK : ERR_NOT_IMPLEMENTED;
}

static const struct {
    const char *name;
    enum err (*take)(struct http_head *head, struct http_slice value);
    bool once;
} deciding[] = {
    {"Host", take_host, true},
    {"Content-Length", take_length, true},
    {"Transfer-Encoding", take_coding, true},
    {"Connection", take_connection, false},
    {"Expect", take_expect, false},
};

static enum err read_header_line(struct http_head *head, struct http_slice line)
{
    struct http_header h;
    if (head->header_count == HTTP_HEADERS)
        return ERR_HEADER_TOO_LARGE;
    // A folded line starts with white space, so that its name is no token either.
    if (!cut(&line, ':', &h.name) || !all_token(h.name))
        return ERR_BAD_REQUEST;
    h.value = trim(line);
    for (size_t i = 0; i < sizeof deciding / sizeof *deciding; i++) {
        if (!same(h.name, deciding[i].name))
            continue;
        if (deciding[i].once && http_header(head, deciding[i].name).at)
            return ERR_BAD_REQUEST;
        enum err e = deciding[i].take(head, h.value);
        if (e)
            return e;
    }
    head->headers[head->header_count++] = h;
    return ERR_OK;
}

static enum err check_head(const struct http_head *head)
{
    bool both = head->chunked && http_header(head, "Content-Length").at;
    return both || !http_header(head, "Host").at ? ERR_BAD_REQUEST : ERR_OK;
}

// ---- The head

// The length of the line at the start of the bytes, without its CRLF.
static enum http_result find_line(const char *bytes, size_t len, size_t *length)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\r') {
            *length = i;
            return i + 1 == len ? HTTP_MORE : bytes[i + 1] == '\n' ? HTTP_DONE : HTTP_BAD;
        }
        if (is_control(bytes[i]))
            return HTTP_BAD;
    }
    return HTTP_MORE;
}

enum http_result http_read_head(const char *bytes, size_t len, size_t most, struct http_head *head, size_t *used,
                                enum err *err)
{
    size_t seen = len < most ? len : most, length = 0;
    size_t at = seen >= 2 && bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
    *head = (struct http_head){.keep_alive = true};
    for (size_t lines = 0;; lines++) {
        enum http_result r = find_line(bytes + at, seen - at, &length);
        *err = r == HTTP_MORE ? ERR_HEADER_TOO_LARGE : ERR_BAD_REQUEST;
        if (r == HTTP_MORE && len >= most)
            return HTTP_BAD;
        if (r != HTTP_DONE)
            return r;
        struct http_slice line = {bytes + at, length};
        at += length + 2;
        bool end = lines && length == 0;
        *err = end ? check_head(head) : lines ? read_header_line(head, line) : read_request_line(head, line);
        if (*err)
            return HTTP_BAD;
        if (end) {
            *used = at;
            return HTTP_DONE;
        }
    }
}

// ---- The body: one state a kind of byte that may come next

enum body_state {
    SIZE_FIRST,
    SIZE,
    EXTENSION,
    SIZE_LF, // the line that starts a chunk
    DATA,
    DATA_CR,
    DATA_LF, // its bytes
    LINE,
    NAME,
    VALUE,
    VALUE_LF,
    LAST_LF, // trailers
    PLAIN,   // a body with a Content-Length
    END,
};

void http_body_init(struct http_body *b, const struct http_head *head)
{
    *b = (struct http_body){.left = head->length, .state = SIZE_FIRST};
    if (!head->chunked)
        b->state = head->length ? PLAIN : END;
}

bool http_body_done(const struct http_body *b)
{
    return b->state == END;
}

// One byte of the line that starts a chunk; -1 refuses.
static int size_step(struct http_body *b, char c)
{
    int digit = hex_value(c);
    if (++b->line > CHUNK_LINE_MOST)
        return -1;
    if (b->state == SIZE_LF)
        return c != '\n' ? -1 : b->left ? DATA : LINE;
    if (b->state == EXTENSION)
        return c == '\r' ? SIZE_LF : is_control(c) ? -1 : EXTENSION;
    if (digit >= 0 && b->line <= 16) {
        b->left = b->left << 4 | (unsigned)digit;
        return SIZE;
    }
    if (b->state == SIZE_FIRST)
        return -1;
    return c == ';' ? EXTENSION : c == '\r' ? SIZE_LF : -1;
}

// One byte of the trailers.
static int trailer_step(struct http_body *b, char c)
{
    if (++b->line > TRAILERS_MOST)
        return -1;
    switch (b->state) {
    case LINE:
        return c == '\r' ? LAST_LF : is_token(c) ? NAME : -1;
    case NAME:
        return c == ':' ? VALUE : is_token(c) ? NAME : -1;
    case VALUE:
        return c == '\r' ? VALUE_LF : is_control(c) ? -1 : VALUE;
    case VALUE_LF:
        return c == '\n' ? LINE : -1;
    default:
        return c == '\n' ? END : -1;
    }
}

static int body_step(struct http_body *b, char c)
{
    if (b->state <= SIZE_LF) {
        int next = size_step(b, c);
        if (next == DATA || next == LINE)
            b->line = 0;
        return next;
    }
    if (b->state >= LINE)
        return trailer_step(b, c);
    return b->state == DATA_CR ? (c == '\r' ? DATA_LF : -1) : (c == '\n' ? SIZE_FIRST : -1);
}

enum http_result http_read_body(struct http_body *b, const char *bytes, size_t len, struct text *out, size_t *used,
                                enum err *err)
{
    size_t at = 0;
    while (b->state != END) {
        bool data = b->state == DATA || b->state == PLAIN;
        *used = at;
        if (data && b->left > out->limit - out->len) {
            *err = ERR_TOO_LARGE;
            return HTTP_BAD;
        }
        if (at == len)
            return HTTP_MORE;
        if (data) {
            size_t n = b->left < len - at ? (size_t)b->left : len - at;
            text_add(out, bytes + at, n);
            at += n;
            b->left -= n;
            if (b->left == 0)
                b->state = b->state == DATA ? DATA_CR : END;
            continue;
        }
        int next = body_step(b, bytes[at++]);
        if (next < 0) {
            *err = ERR_BAD_REQUEST;
            return HTTP_BAD;
        }
        b->state = next;
    }
    *used = at;
    return HTTP_DONE;
}

// ---- What a head says

struct http_slice http_header(const struct http_head *head, const char *name)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (same(head->headers[i].name, name))
            return head->headers[i].value;
    return (struct http_slice){0};
}

static bool decode(struct http_slice s, bool plus, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (n + 1 >= room)
            return false;
        int high = 0, low = 0;
        if (s.at[i] == '%') {
            if (s.len - i < 3 || (high = hex_value(s.at[i + 1])) < 0 || (low = hex_value(s.at[i + 2])) < 0)
                return false;
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else
            out[n++] = plus && s.at[i] == '+' ? ' ' : s.at[i];
    }
    if (n >= room)
        return false;
    out[n] = 0;
    return text_utf8(out, n);
}

bool http_query(struct http_slice query, const char *name, char *out, size_t room)
{
    struct http_slice pair, key;
    char decoded[64];
    for (bool more = query.len > 0; more;) {
        more = cut(&query, '&', &pair);
        cut(&pair, '=', &key);
        if (decode(key, true, decoded, sizeof decoded) && strcmp(decoded, name) == 0)
            return decode(pair, true, out, room);
    }
    return false;
}

bool http_decode(struct http_slice segment, char *out, size_t room)
{
    return decode(segment, false, out, room) && !strchr(out, '/');
}

// "q=0.8" in thousandths (RFC 9110 12.4.2); -1 when it is nothing of the kind.
static int read_weight(struct http_slice s)
{
    if (s.len < 3 || (*s.at | 0x20) != 'q' || s.at[1] != '=' || (s.at[2] != '0' && s.at[2] != '1') || s.len > 7)
        return -1;
    int weight = (s.at[2] - '0') * 1000, unit = 100;
    if (s.len > 3 && s.at[3] != '.')
        return -1;
    for (size_t i = 4; i < s.len; i++, unit /= 10) {
        if (!is_digit(s.at[i]))
            return -1;
        weight += (s.at[i] - '0') * unit;
    }
    return weight <= 1000 ? weight : -1;
}

enum lang http_language(const struct http_head *head)
{
    static const char *const tags[] = {"fr", "en", "*"};
    int weights[] = {-1, -1, -1}, places[] = {0, 0, 0};
    struct http_slice list = http_header(head, "Accept-Language"), item, range, primary;
    int place = 0;
    for (bool more = list.len > 0; more; place++) {
        more = cut(&list, ',', &item);
        int weight = cut(&item, ';', &range) ? read_weight(trim(item)) : 1000;
        range = trim(range);
        cut(&range, '-', &primary);
        for (int i = 0; i < 3; i++)
            if (same(primary, tags[i]) && weight > weights[i]) {
                weights[i] = weight;
                places[i] = place;
            }
    }
    for (int i = 0; i < 2; i++)
        if (weights[i] < 0) {
            weights[i] = weights[2] < 0 ? 0 : weights[2];
            places[i] = place;
        }
    if (weights[LANG_EN] == weights[LANG_FR])
        return weights[LANG_EN] && places[LANG_EN] < places[LANG_FR] ? LANG_EN : LANG_FR;
    return weights[LANG_EN] > weights[LANG_FR] ? LANG_EN : LANG_FR;
}

bool http_takes(const struct http_head *head, const char *coding)
{
    struct http_slice list = http_header(head, "Accept-Encoding"), item, name;
    for (bool more = list.len > 0; more;) {
        more = cut(&list, ',', &item);
        int weight = cut(&item, ';', &name) ? read_weight(trim(item)) : 1000;
        if (same(trim(name), coding))
            return weight > 0;
    }
    return false;
}

// ---- Answers

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *words;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].words;
    return "Other";
}

static void write_date(struct text *out)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = (time_t)(clock_wall() / 1000);
    struct tm t;
    gmtime_r(&now, &t);
    text_format(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n", days + t.tm_wday * 3, t.tm_mday,
                months + t.tm_mon * 3, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static bool says_caching(const char *extra)
{
    static const char name[] = "Cache-Control:";
    for (const char *line = extra; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, name, sizeof name - 1) == 0)
            return true;
    }
    return false;
}

void http_write_head(struct text *out, int status, const char *type, size_t length, bool keep_alive, const char *extra)
{
    text_format(out, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
    write_date(out);
    if (type)
        text_format(out, "Content-Type: %s\r\n", type);
    if (length == HTTP_CHUNKED)
        text_put(out, "Transfer-Encoding: chunked\r\n");
    else if (length != HTTP_UNTIL_CLOSE && status != 204 && status != 304)
        text_format(out, "Content-Length: %zu\r\n", type ? length : 0);
    text_put(out, "X-Content-Type-Options: nosniff\r\n");
    if (!says_caching(extra))
        text_put(out, "Cache-Control: no-store\r\n");
    if (!keep_alive)
        text_put(out, "Connection: close\r\n");
    if (extra)
        text_put(out, extra);
    text_put(out, "\r\n");
}

void http_write_chunk(struct text *out, const void *bytes, size_t len)
{
    text_format(out, "%zx\r\n", len);
    text_add(out, bytes, len);
    text_put(out, "\r\n");
}
