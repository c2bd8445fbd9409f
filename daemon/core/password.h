// SPDX-License-Identifier: EUPL-1.2
// Whether a password is worth its name: long enough (CNIL, délibération 2022-100: 12 characters) and more than what is tried
// first: words of the lists, keys in a row, years, repetitions. Which kinds of character are mixed in it does not matter
// (NIST SP 800-63B, 5.1.1.2).
#ifndef CORE_PASSWORD_H
#define CORE_PASSWORD_H

#include "base/err.h"

#define PASSWORD_LEAST 12 // characters

// ERR_TOO_SHORT, ERR_WEAK_PASSWORD or OK. known: words that the guesser knows (address, name, organisation), ended by NULL.
enum err password_check(const char *password, const char *const *known) MUST_USE;

#endif
