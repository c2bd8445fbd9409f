// SPDX-License-Identifier: EUPL-1.2
// What the caller asked for: options, words, language.
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

// How the process ends, as --help says it.
enum result {
    RESULT_DONE = 0,
    RESULT_NO = 1,          // the answer is no
    RESULT_USAGE = 2,       // wrong usage, or a local file that cannot be read or written
    RESULT_UNREACHABLE = 3, // no server
    RESULT_REFUSED = 4,     // the server answered 4xx
    RESULT_SERVER = 5,      // the server answered 5xx, or what is no answer
    RESULT_STOPPED = 130,   // interrupted
};

enum option {
#define OPTION(name, word, value, least, most, fr, en) OPTION_##name,
#include "options.def"
#undef OPTION
    OPTIONS
};
#define OPTION_EVERYWHERE OPTION_TITLE // those before it go with every verb

#define OPTION_WORDS_MOST 32

struct options {
    const char *value[OPTIONS]; // NULL when not given, "" for a switch
    int64_t number[OPTIONS];
    const char *word[OPTION_WORDS_MOST]; // the verb's words and its arguments
    int words;
    enum lang lang;
};

// Which member of a JSON object an option fills; AS_OTHER: not by itself, but what is wrong with the member is told of
// the option. Tables end with a NULL name.
enum option_type { OPTION_AS_TEXT, OPTION_AS_LIST, OPTION_AS_NUMBER, OPTION_AS_TRUE, OPTION_AS_OTHER };
struct option_field {
    const char *name;
    enum option option;
    enum option_type type;
    bool needed;
};

// Reads argv and the environment; says what is wrong. Strings are borrowed from both.
bool option_read(struct options *o, int argc, char **argv);
// Whether only options of the list, which ends with OPTIONS (NULL: it is empty), and those of every verb were given; says
// which was not.
bool option_check(const struct options *o, const enum option *allowed);
bool option_given(const struct options *o, enum option which);
int64_t option_number(const struct options *o, enum option which, int64_t otherwise);
// The option's name without its dashes.
const char *option_word(enum option which);
// Prints one line for each option of the list, or of every verb (NULL).
void option_print(enum lang lang, const enum option *which);

#endif
