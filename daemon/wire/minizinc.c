// SPDX-License-Identifier: EUPL-1.2
// Knows how MiniZinc data is written.
#include "wire/minizinc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_MOST 999999999

struct reader {
    const char *at, *end;
    int line;
    int variable;        // being read; as many as there are: none
    size_t ranges, rows; // so far
    struct minizinc *out;
};

__attribute__((format(printf, 5, 0))) static bool blame(struct minizinc *z, int variable, int line, int item,
                                                        const char *format, va_list args)
{
    char what[200];
    vsnprintf(what, sizeof what, format, args);
    const char *pointer = variable < z->count ? arena_format(z->arena, "/%s", z->variables[variable].name) : "";
    if (item)
        pointer = arena_format(z->arena, "%s/%d", pointer, item);
    fault_add(z->faults, ERR_BAD_DZN, arena_format(z->arena, "line %d: %s", line, what), "%s", pointer);
    return false;
}

bool minizinc_fail(struct minizinc *z, int variable, int item, const char *format, ...)
{
    va_list args;
    const struct minizinc_value *v = &z->value[variable];
    int line = !v->line ? z->lines : item ? minizinc_row(z, variable, item - 1)->line : v->line;
    va_start(args, format);
    blame(z, variable, line, item, format, args);
    va_end(args);
    return false;
}

// What is wrong where the reader stands. Always false, so that the first fault is the last.
__attribute__((format(printf, 2, 3))) static bool fail(struct reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    blame(r->out, r->variable, r->line, 0, format, args);
    va_end(args);
    return false;
}

// ---- Signs

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip(struct reader *r)
{
    bool comment = false;
    for (; r->at < r->end; r->at++) {
        char c = *r->at;
        comment = c == '%' || (comment && c != '\n');
        r->line += c == '\n';
        if (!comment && c != ' ' && c != '\t' && c != '\r' && c != '\n')
            break;
    }
}

static bool sign(struct reader *r, const char *s)
{
    size_t len = strlen(s);
    skip(r);
    if ((size_t)(r->end - r->at) < len || memcmp(r->at, s, len) != 0)
        return false;
    r->at += len;
    return true;
}

static bool expected(struct reader *r, const char *what)
{
    skip(r);
    if (r->at == r->end)
        return fail(r, "%s expected, not the end", what);
    if (*r->at < ' ' || *r->at > '~')
        return fail(r, "%s expected", what);
    return fail(r, "%s expected, not %c", what, *r->at);
}

static bool number(struct reader *r, int *out)
{
    bool negative = sign(r, "-");
    int64_t n = 0;
    skip(r);
    if (r->at == r->end || !digit(*r->at))
        return expected(r, "a number");
    for (; r->at < r->end && digit(*r->at); r->at++) {
        n = n * 10 + (*r->at - '0');
        if (n > NUMBER_MOST)
            return fail(r, "a number of at most nine digits expected");
    }
    *out = (int)(negative ? -n : n);
    return true;
}

// ---- Values

static struct minizinc_row *new_row(struct reader *r)
{
    skip(r);
    r->out->row[r->rows] = (struct minizinc_row){.line = r->line, .first = r->ranges};
    r->out->value[r->variable].count++;
    return &r->out->row[r->rows++];
}

static bool one(struct reader *r, struct minizinc_row *row)
{
    int n;
    if (!number(r, &n))
        return false;
    r->out->range[r->ranges++] = (struct minizinc_range){n, n};
    row->count++;
    return true;
}

// "{1, 5}", "{}" or "1..5".
static bool set(struct reader *r, struct minizinc_row *row)
{
    bool more = true, braces = sign(r, "{");
    if (!braces && !(one(r, row) && (sign(r, "..") || expected(r, "..")) && number(r, &r->out->range[row->first].high)))
        return false;
    for (; braces && !sign(r, "}"); more = sign(r, ",")) {
        if (!more)
            return expected(r, ", or }");
        if (!one(r, row))
            return false;
    }
    for (const struct minizinc_range *g = r->out->range + row->first; g < r->out->range + row->first + row->count; g++)
        r->out->held += g->low <= g->high ? (int64_t)g->high - g->low + 1 : 0;
    return r->out->held <= MINIZINC_HELD || fail(r, "at most %d numbers in sets expected", MINIZINC_HELD);
}

static bool list(struct reader *r, bool (*element)(struct reader *r, struct minizinc_row *row))
{
    if (!sign(r, "["))
        return expected(r, "[");
    for (bool more = true; !sign(r, "]"); more = sign(r, ",")) {
        if (!more)
            return expected(r, ", or ]");
        if (!element(r, new_row(r)))
            return false;
    }
    return true;
}

// "[| 1, 2, 3, | 4, 5, 6 |]".
static bool grid(struct reader *r)
{
    struct minizinc_value *v = &r->out->value[r->variable];
    if (!sign(r, "[") || !sign(r, "|"))
        return expected(r, "[|");
    while (!sign(r, "]")) {
        struct minizinc_row *row = new_row(r);
        for (bool more = true; !sign(r, "|"); more = sign(r, ",")) {
            if (!more)
                return expected(r, ", or |");
            if (!one(r, row))
                return false;
        }
    }
    if (v->count == 1 && r->out->row[v->first].count == 0) // "[||]"
        v->count = 0;
    return true;
}

static bool value(struct reader *r)
{
    switch (r->out->variables[r->variable].shape) {
    case MINIZINC_ONE:
        return one(r, new_row(r));
    case MINIZINC_NUMBERS:
        return list(r, one);
    case MINIZINC_SETS:
        return list(r, set);
    default:
        return grid(r);
    }
}

static bool name(struct reader *r)
{
    const char *start = r->at;
    while (r->at < r->end && (letter(*r->at) || digit(*r->at)))
        r->at++;
    size_t len = (size_t)(r->at - start);
    if (len == 0 || !letter(*start)) {
        r->at = start;
        return expected(r, "the name of a variable");
    }
    for (int i = 0; i < r->out->count; i++)
        if (strlen(r->out->variables[i].name) == len && memcmp(r->out->variables[i].name, start, len) == 0)
            r->variable = i;
    if (r->variable == r->out->count)
        return fail(r, "%.*s is no variable of such data", len < 60 ? (int)len : 60, start);
    if (r->out->value[r->variable].line)
        return fail(r, "given a second time");
    r->out->value[r->variable] = (struct minizinc_value){.line = r->line, .first = r->rows};
    return true;
}

static bool assignments(struct reader *r)
{
    for (;;) {
        r->variable = r->out->count;
        skip(r);
        if (r->at == r->end)
            return true;
        if (!name(r))
            return false;
        if (!sign(r, "="))
            return expected(r, "=");
        if (!value(r))
            return false;
        if (!sign(r, ";") && r->at < r->end)
            return expected(r, ";");
    }
}

// Room for all numbers and rows, counted by the signs that they take.
static void make_room(struct reader *r)
{
    size_t numbers = 0, others = 0;
    for (const char *c = r->at; c < r->end; c++) {
        numbers += digit(*c) && (c == r->at || !digit(c[-1]));
        others += *c == '{' || *c == '|';
    }
    r->out->range = arena_array(r->out->arena, numbers, sizeof *r->out->range);
    r->out->row =
        arena_array(r->out->arena, numbers + others + 1, sizeof *r->out->row); // one more for what is no element
}

bool minizinc_looks(const char *bytes, size_t len)
{
    size_t i = 0;
    while (i < len && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n'))
        i++;
    return i < len && (letter(bytes[i]) || bytes[i] == '%');
}

bool minizinc_read(struct minizinc *out, const struct minizinc_variable *variables, int count, const char *bytes,
                   size_t len, struct arena *arena, struct faults *faults)
{
    struct reader r = {.at = bytes, .end = bytes + len, .line = 1, .out = out};
    *out = (struct minizinc){.variables = variables,
                             .count = count,
                             .arena = arena,
                             .faults = faults,
                             .value = arena_array(arena, (size_t)count, sizeof *out->value)};
    make_room(&r);
    bool good = assignments(&r);
    out->lines = r.line;
    return good;
}

const struct minizinc_row *minizinc_row(const struct minizinc *z, int variable, int i)
{
    static const struct minizinc_row none = {0};
    return z->value[variable].line ? &z->row[z->value[variable].first + (size_t)i] : &none;
}
