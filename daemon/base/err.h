// SPDX-License-Identifier: EUPL-1.2
// The one list of errors: the same word in C, HTTP, the command line and the documentation.
#ifndef BASE_ERR_H
#define BASE_ERR_H

// Every function that can fail returns enum err; ignoring it is a compile error.
#define MUST_USE __attribute__((warn_unused_result))

enum err {
#define ERROR(name, word, status, fr, en) ERR_##name,
#include "protocol/errors.def"
#undef ERROR
    ERR_COUNT
};

enum lang { LANG_FR, LANG_EN };

// The stable word of an error ("bad_json"); never NULL.
const char *err_word(enum err e);
// The HTTP status that answers it (200 for OK).
int err_status(enum err e);
// One sentence in the language; may hold one "%s" that the caller fills with the fault's argument.
const char *err_text(enum err e, enum lang lang);

#endif
