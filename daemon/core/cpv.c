// SPDX-License-Identifier: EUPL-1.2
// Knows how CPV codes are written and how they lie in their tree.
#include "core/cpv.h"

static const uint32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

enum err cpv_parse(const char *s, struct cpv *out)
{
    uint32_t code = 0;
    for (int i = 0; i < 8; i++, s++) {
        if (!digit(*s))
            return ERR_BAD_CPV;
        code = code * 10 + (uint32_t)(*s - '0');
    }
    if (*s && (*s != '-' || !digit(s[1]) || s[2]))
        return ERR_BAD_CPV;
    if (code < 1000000) // no division 00
        return ERR_BAD_CPV;
    *out = cpv_of(code);
    return *s && s[1] - '0' != cpv_check_digit(code) ? ERR_CHECK_DIGIT : ERR_OK;
}

struct cpv cpv_of(uint32_t code)
{
    struct cpv c = {code, 8};
    while (c.digits > 2 && code % powers[9 - c.digits] == 0)
        c.digits--;
    return c;
}

// The first n digits as a number.
static uint32_t first(struct cpv c, int n)
{
    return c.code / powers[8 - n];
}

bool cpv_covers(struct cpv a, struct cpv b)
{
    return a.digits <= b.digits && first(a, a.digits) == first(b, a.digits);
}

bool cpv_in_line(struct cpv a, struct cpv b)
{
    return cpv_covers(a, b) || cpv_covers(b, a);
}

int cpv_common(struct cpv a, struct cpv b)
{
    int n = a.digits < b.digits ? a.digits : b.digits;
    while (n > 0 && first(a, n) != first(b, n))
        n--;
    return n;
}

uint32_t cpv_prefix(struct cpv c, int n)
{
    return (uint32_t)n * powers[n] + first(c, n);
}

int cpv_check_digit(uint32_t code)
{
    static const uint32_t weights[] = {3, 7, 1, 3, 7, 1, 3, 7};
    uint32_t sum = 0;
    for (int i = 0; i < 8; i++)
        sum += code / powers[7 - i] % 10 * weights[i];
    return (int)(sum % 10);
}
