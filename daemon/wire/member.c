// SPDX-License-Identifier: EUPL-1.2
// Knows how the members of an object and the items of an array follow each other in JSON.
#include "wire/member.h"

// A comma, unless the object or the array has just been opened. A string cannot be mistaken for that: it ends in '"'.
static void comma(struct text *out)
{
    char last = out->len ? out->data[out->len - 1] : '{';
    if (last != '{' && last != '[')
        text_byte(out, ',');
}

void member_key(struct text *out, const char *name)
{
    comma(out);
    text_json(out, name);
    text_byte(out, ':');
}

void member_item(struct text *out)
{
    comma(out);
}

void member_text(struct text *out, const char *name, const char *value)
{
    member_key(out, name);
    if (value)
        text_json(out, value);
    else
        text_put(out, "null");
}

void member_number(struct text *out, const char *name, int64_t value)
{
    member_key(out, name);
    text_format(out, "%lld", (long long)value);
}

void member_bool(struct text *out, const char *name, bool value)
{
    member_key(out, name);
    text_put(out, value ? "true" : "false");
}

void member_string(struct text *out, const char *value)
{
    comma(out);
    text_json(out, value);
}

void member_open(struct text *out, const char *name, char bracket)
{
    member_key(out, name);
    text_byte(out, bracket);
}
