// SPDX-License-Identifier: EUPL-1.2
// Knows which CPV codes a damaged field means.
#include "wire/cpvfix.h"

#include "core/need.h"

#include <string.h>

#define BETWEEN " ,;/|"
#define DIGITS "0123456789"

// The code as it should be written; NULL when there is none. check: the check digit given, 0 when none.
static const char *repaired(const struct import_context *x, struct arena *arena, const char *digits, size_t len,
                            char check)
{
    struct cpv lead, tail;
    if (len == 8)
        return arena_format(arena, "%.8s", digits);
    if (len == 9)
        return arena_format(arena, "%.8s-%c", digits, digits[8]);
    if (len != 7)
        return NULL;
    const char *a = arena_format(arena, "0%.7s", digits), *b = arena_format(arena, "%.7s0", digits);
    if (cpv_parse(a, &lead) || cpv_parse(b, &tail))
        return NULL;
    bool has_lead = x->cpv_known(x->ctx, lead.code), has_tail = x->cpv_known(x->ctx, tail.code);
    if (has_lead && has_tail && check) {
        has_lead = cpv_check_digit(lead.code) == check - '0';
        has_tail = cpv_check_digit(tail.code) == check - '0';
    }
    if (has_tail && !has_lead)
        return b;
    return has_lead || digits[0] == '3' || digits[0] == '9' ? a : NULL;
}

// One code; false when it is none.
static bool read_one(const struct import_context *x, struct arena *arena, const char *s, const char *pointer,
                     struct cpv *out, struct faults *warnings)
{
    size_t len = strspn(s, DIGITS);
    bool checked = s[len] == '-' && s[len + 1] && strspn(s + len + 1, DIGITS) == 1 && !s[len + 2];
    if (s[len] && !checked)
        return false;
    const char *code = repaired(x, arena, s, len, checked ? s[len + 1] : 0);
    if (!code || (len == 9 && checked))
        return false;
    if (checked)
        code = arena_format(arena, "%s-%c", code, s[len + 1]);
    enum err err = cpv_parse(code, out);
    if (err && err != ERR_CHECK_DIGIT)
        return false;
    if (len != 8)
        fault_add(warnings, ERR_CPV_REPAIRED, arena_format(arena, "%s -> %s", s, code), "%s", pointer);
    if (err == ERR_CHECK_DIGIT)
        fault_add(warnings, ERR_CHECK_DIGIT, code, "%s", pointer);
    if (!x->cpv_known(x->ctx, out->code))
        fault_add(warnings, ERR_UNKNOWN_CPV, arena_format(arena, "%08u", out->code), "%s", pointer);
    return true;
}

// The parts of the text. "45 21 00 00" is one code: no part alone is long enough to be one.
static char *parts(struct arena *arena, const char *text)
{
    char *copy = arena_string(arena, text), *to = copy;
    for (const char *p = text; *p; p += strspn(p, BETWEEN)) {
        size_t len = strcspn(p, BETWEEN);
        if (len >= 7)
            return copy;
        p += len;
    }
    for (const char *p = text; *p; p++)
        if (*p != ' ')
            *to++ = *p;
    *to = 0;
    return copy;
}

const struct cpv *cpvfix_read(const struct import_context *x, struct arena *arena, const char *text,
                              const char *pointer, size_t *count, struct faults *faults, struct faults *warnings)
{
    struct cpv *codes = arena_array(arena, CPVFIX_MOST, sizeof *codes), code;
    const char *shown = import_cut(arena, text ? text : "", 60);
    char *rest, *list = parts(arena, text ? text : "");
    *count = 0;
    size_t bad = 0;
    for (char *s = strtok_r(list, BETWEEN, &rest); s; s = strtok_r(NULL, BETWEEN, &rest)) {
        if (!read_one(x, arena, s, pointer, &code, warnings)) {
            bad++;
            continue;
        }
        size_t i = 0;
        while (i < *count && codes[i].code != code.code)
            i++;
        if (i == *count && i < CPVFIX_MOST)
            codes[(*count)++] = code;
        else if (i == CPVFIX_MOST)
            fault_add(warnings, ERR_LEFT_OUT, s, "%s", pointer);
    }
    if (*count && bad)
        fault_add(warnings, ERR_LEFT_OUT, shown, "%s", pointer);
    else if (bad)
        fault_add(faults, ERR_BAD_CPV, shown, "%s", pointer);
    else if (!*count)
        fault_add(faults, ERR_REQUIRED, NULL, "%s", pointer);
    return codes;
}

unsigned cpvfix_services(const struct cpv *cpv, size_t count)
{
    static const struct {
        unsigned from, to, services;
    } divisions[] = {
        {3, 44, SERVICE_SUPPLIES}, {45, 45, SERVICE_WORKS}, {48, 48, SERVICE_SUPPLIES}, {50, 98, SERVICE_SERVICES}};
    unsigned services = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof divisions / sizeof *divisions; k++) {
            unsigned division = cpv[i].code / 1000000;
            if (division >= divisions[k].from && division <= divisions[k].to)
                services |= divisions[k].services;
        }
    return services;
}
