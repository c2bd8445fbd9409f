// SPDX-License-Identifier: EUPL-1.2
// Knows which SIREN and SIRET numbers are well made.
#include "core/siret.h"

#include <stddef.h>
#include <string.h>

static bool shaped(const char *s, size_t digits)
{
    return strlen(s) == digits && strspn(s, "0123456789") == digits;
}

static bool luhn(const char *s)
{
    int sum = 0;
    size_t len = strlen(s);
    for (size_t i = 0; i < len; i++) {
        int digit = s[len - 1 - i] - '0';
        if (i % 2)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

// La Poste ran out of numbers that satisfy Luhn, so INSEE gives its establishments others.
static bool la_poste(const char *s)
{
    int sum = 0;
    if (strncmp(s, "356000000", 9) != 0)
        return false;
    for (; *s; s++)
        sum += *s - '0';
    return sum % 5 == 0;
}

bool siret_shaped(const char *s)
{
    return shaped(s, 14);
}

bool siret_valid(const char *s)
{
    return siret_shaped(s) && (luhn(s) || la_poste(s));
}

bool siret_siren_valid(const char *s)
{
    return shaped(s, 9) && luhn(s);
}
