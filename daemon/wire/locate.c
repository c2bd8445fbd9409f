// SPDX-License-Identifier: EUPL-1.2
// Knows how to walk to a value without building what it passes.
#include "wire/locate.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    const char *at, *end;
};

static char blank_then(struct walk *w)
{
    while (w->at < w->end && strchr(" \t\r\n", *w->at) && *w->at)
        w->at++;
    return w->at < w->end ? *w->at : 0;
}

static bool skip_string(struct walk *w)
{
    for (w->at++; w->at < w->end && *w->at != '"'; w->at++)
        w->at += *w->at == '\\' && w->at + 1 < w->end;
    bool ended = w->at < w->end;
    w->at += ended;
    return ended;
}

// A number, true, false, null; nothing else begins so.
static bool skip_word(struct walk *w)
{
    const char *from = w->at;
    while (w->at < w->end && *w->at && !strchr(" \t\r\n,:[]{}\"", *w->at))
        w->at++;
    return w->at > from;
}

// Any value: of what is nested only the depth counts.
static bool skip_value(struct walk *w)
{
    size_t depth = 0;
    do {
        char c = blank_then(w);
        bool good = c == '"' ? skip_string(w) : true;
        if (c == '[' || c == '{')
            depth++, w->at++;
        else if (depth && (c == ']' || c == '}'))
            depth--, w->at++;
        else if (depth && (c == ',' || c == ':'))
            w->at++;
        else if (c != '"')
            good = skip_word(w);
        if (!good)
            return false;
    } while (depth);
    return true;
}

// Whether the member's name (from its quote to behind its last) is the pointer's token, in which ~1 is / and ~0 is ~.
// Names with escapes are not told apart from others: none of ours has any.
static bool names(const char *name, const char *behind, const char *token, size_t len)
{
    const char *end = token + len;
    for (name++, behind--; token < end && name < behind; token++, name++) {
        bool escaped = *token == '~' && token + 1 < end;
        token += escaped;
        if (*name != (escaped ? *token == '1' ? '/' : '~' : *token))
            return false;
    }
    return token == end && name == behind;
}

// Stands on { or [; goes to the value that the token names. False when there is none.
static bool enter(struct walk *w, const char *token, size_t len)
{
    char open = blank_then(w), close = open == '{' ? '}' : ']';
    unsigned long wanted = len && strspn(token, "0123456789") == len ? strtoul(token, NULL, 10) : UINT32_MAX;
    if (open != '{' && open != '[')
        return false;
    w->at++;
    for (unsigned long i = 0; blank_then(w) && *w->at != close; i++) {
        const char *name = w->at;
        bool found = open == '[' && i == wanted;
        if (open == '{') {
            if (*name != '"' || !skip_string(w))
                return false;
            found = names(name, w->at, token, len);
            if (blank_then(w) != ':')
                return false;
            w->at++;
        }
        if (found)
            return blank_then(w) != 0;
        if (!skip_value(w) || blank_then(w) == 0)
            return false;
        w->at += *w->at == ',';
    }
    return false;
}

size_t locate_line(const char *json, size_t len, const char *pointer)
{
    struct walk w = {json, json + len};
    size_t line = 1;
    if (!blank_then(&w))
        return 0;
    for (struct walk next = w; *pointer == '/'; w = next) {
        size_t token = strcspn(pointer + 1, "/");
        if (!enter(&next, pointer + 1, token))
            break;
        pointer += token + 1;
    }
    for (const char *p = json; p < w.at; p++)
        line += *p == '\n';
    return line;
}
