// SPDX-License-Identifier: EUPL-1.2
// Knows the binary format of COPY (PostgreSQL documentation, COPY, "Binary Format").
#include "wire/copyrow.h"

#include <string.h>

#define SIGNATURE "PGCOPY\n\377\r\n" // with the NUL behind
#define HEAD (sizeof SIGNATURE + 8)
#define CRITICAL 0xffff0000u               // flags that a reader must know
#define EPOCH INT64_C(946684800000000)     // µs from 1970 to 2000

static uint32_t number(const char *p, int bytes)
{
    uint32_t n = 0;
    for (int i = 0; i < bytes; i++)
        n = n << 8 | (unsigned char)p[i];
    return n;
}

static bool read_head(const char **at, const char *end)
{
    if ((size_t)(end - *at) < HEAD || memcmp(*at, SIGNATURE, sizeof SIGNATURE) != 0 ||
        number(*at + sizeof SIGNATURE, 4) & CRITICAL)
        return false;
    uint32_t more = number(*at + sizeof SIGNATURE + 4, 4); // of a later version
    *at += HEAD;
    if ((size_t)(end - *at) < more)
        return false;
    *at += more;
    return true;
}

static bool read_field(const char **at, const char *end, struct copyfield *out)
{
    if (end - *at < 4)
        return false;
    uint32_t len = number(*at, 4);
    *at += 4;
    *out = (struct copyfield){NULL, 0};
    if (len == UINT32_MAX) // SQL NULL
        return true;
    if ((size_t)(end - *at) < len)
        return false;
    *out = (struct copyfield){*at, len};
    *at += len;
    return true;
}

enum copyrow_found copyrow_next(struct copyrow_reader *r, const char **at, const char *end, struct copyrow *out)
{
    if (!r->begun && *at < end && !(r->begun = read_head(at, end)))
        return COPYROW_BAD;
    if (*at == end)
        return COPYROW_NONE;
    if (r->ended || end - *at < 2)
        return COPYROW_BAD;
    uint32_t count = number(*at, 2);
    *at += 2;
    r->ended = count == 0xffff;
    if (r->ended)
        return *at == end ? COPYROW_NONE : COPYROW_BAD;
    if (count > COPYROW_MOST)
        return COPYROW_BAD;
    out->count = (int)count;
    for (uint32_t i = 0; i < count; i++)
        if (!read_field(at, end, &out->fields[i]))
            return COPYROW_BAD;
    return COPYROW_ROW;
}

static const char *field_of(const struct copyrow *row, int field, size_t len)
{
    return field < row->count && row->fields[field].len == len ? row->fields[field].bytes : NULL;
}

bool copyrow_int(const struct copyrow *row, int field, int32_t *out)
{
    const char *bytes = field_of(row, field, 4);
    if (bytes)
        *out = (int32_t)number(bytes, 4);
    return bytes != NULL;
}

bool copyrow_uuid(const struct copyrow *row, int field, char out[static 37])
{
    static const char digits[] = "0123456789abcdef";
    const char *bytes = field_of(row, field, 16);
    if (!bytes)
        return false;
    for (int i = 0; i < 16; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
    *out = 0;
    return true;
}

bool copyrow_millis(const struct copyrow *row, int field, int64_t *out)
{
    const char *bytes = field_of(row, field, 8);
    if (!bytes)
        return false;
    int64_t us = (int64_t)((uint64_t)number(bytes, 4) << 32 | number(bytes + 4, 4));
    if (us > INT64_MAX - EPOCH - 500 || us < -EPOCH) // before 1970, or infinity
        return false;
    *out = (us + EPOCH + 500) / 1000;
    return true;
}
