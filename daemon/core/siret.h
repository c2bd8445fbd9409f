// SPDX-License-Identifier: EUPL-1.2
// SIREN and SIRET (INSEE, répertoire SIRENE; Code de commerce R123-221).
#ifndef CORE_SIRET_H
#define CORE_SIRET_H

#include <stdbool.h>

// 14 digits that satisfy Luhn; La Poste's establishments (SIREN 356000000) may instead have a digit sum divisible by 5.
bool siret_valid(const char *s);
// 14 digits, whatever the check digit.
bool siret_shaped(const char *s);
// 9 digits that satisfy Luhn.
bool siret_siren_valid(const char *s);

#endif
