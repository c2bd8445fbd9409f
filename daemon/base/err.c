// SPDX-License-Identifier: EUPL-1.2
// Knows the word, the HTTP status and the sentence of every error.
#include "base/err.h"

#include <stddef.h>

static const struct {
    const char *word;
    int status;
    const char *text[2];
} errors[ERR_COUNT] = {
#define ERROR(name, word, status, fr, en) [ERR_##name] = {word, status, {fr, en}},
#include "protocol/errors.def"
#undef ERROR
};

const char *err_word(enum err e)
{
    return errors[e < ERR_COUNT ? e : ERR_INTERNAL].word;
}

int err_status(enum err e)
{
    return errors[e < ERR_COUNT ? e : ERR_INTERNAL].status;
}

const char *err_text(enum err e, enum lang lang)
{
    return errors[e < ERR_COUNT ? e : ERR_INTERNAL].text[lang];
}
