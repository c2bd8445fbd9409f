// SPDX-License-Identifier: EUPL-1.2
// Knows how a feed is written.
#include "wire/atom.h"

#include "base/arena.h"
#include "base/clock.h"
#include "core/words.h"
#include "wire/word.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define TIME_FIRST (-62135596800) // year 1
#define TIME_LAST 253402300799    // year 9999

struct writer {
    struct text *out;
    const struct atom *feed;
    enum lang lang;
    const struct gazetteer *places;
    const char *host;
    struct arena *arena;
};

// Char of XML 1.0 without CR, which a parser would turn into LF.
static bool allowed(int32_t point)
{
    return point >= 0x20 ? point != 0xfffe && point != 0xffff : point == '\t' || point == '\n';
}

// Text for an element or a quoted attribute.
static void put(struct text *out, const char *s)
{
    char one[5];
    for (size_t n; *s; s += n) {
        int32_t point = words_point(s, &n);
        memcpy(one, s, n);
        one[n] = 0;
        if (point == WORDS_LOST)
            text_put(out, "\xef\xbf\xbd");
        else if (allowed(point))
            text_html(out, one);
    }
}

static void put_element(struct text *out, const char *name, const char *value)
{
    text_format(out, "<%s>", name);
    put(out, value);
    text_format(out, "</%s>\n", name);
}

static void put_time(struct text *out, const char *name, int64_t seconds)
{
    char written[25];
    clock_format(seconds, written);
    put_element(out, name, written);
}

static void put_link(struct text *out, const char *rel, const char *type, const char *href)
{
    text_format(out, "<link rel=\"%s\"%s href=\"", rel, type);
    put(out, href);
    text_put(out, "\"/>\n");
}

static void put_author(struct text *out, const char *name)
{
    text_put(out, "<author>");
    put_element(out, "name", name);
    text_put(out, "</author>\n");
}

static int64_t bounded(int64_t seconds)
{
    return seconds < TIME_FIRST ? TIME_FIRST : seconds > TIME_LAST ? TIME_LAST : seconds;
}

static const char *string(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

// The host of a URL as a tag may have it: in lower case, without port; "localhost" when it is none, like [::1].
static const char *host_of(const char *url, struct arena *arena)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const char *at = strstr(url, "://");
    at = at ? at + 3 : "";
    char *host = arena_copy(arena, at, strcspn(at, "/?#:"));
    for (char *p = host; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 'a' - 'A';
    bool good = *host && !host[strspn(host, letters)] && !strchr(".-", *host) && !strchr(".-", host[strlen(host) - 1]);
    return good ? host : "localhost";
}

static void put_id(const struct writer *w, const char *id, int64_t at)
{
    char day[25];
    clock_format(at, day);
    text_format(w->out, "<id>tag:%s,%.10s:notice/", w->host, day);
    for (; *id; id++) {
        bool plain = (*id >= '0' && *id <= '9') || (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') || *id == '-';
        text_format(w->out, plain ? "%c" : "%%%02X", (unsigned char)*id);
    }
    text_put(w->out, "</id>\n");
}

// What a letter says, without its frame and why it was sent. No value in it can look like an element.
static const char *body(const struct letter *letter, struct arena *arena)
{
    const char *from = strstr(letter->html, "<body"), *rule = NULL;
    from = from ? strchr(from, '>') : NULL;
    from = from ? from + 1 : letter->html;
    for (const char *next = from; (next = strstr(next, "<hr>")); next++)
        rule = next;
    return arena_copy(arena, from, rule ? (size_t)(rule - from) : strlen(from));
}

// Who it is about: who has shown interest, else the buyer.
static const char *author_of(const json_t *notice)
{
    const char *supplier = string(json_object_get(notice, "supplier"), "name");
    return *supplier ? supplier : string(json_object_get(json_object_get(notice, "need"), "buyer"), "name");
}

static void put_categories(const struct writer *w, const json_t *notice)
{
    const char *kind = string(json_object_get(notice, "need"), "kind");
    int value = word_value("need_kind", kind);
    text_put(w->out, "<category term=\"");
    put(w->out, string(notice, "kind"));
    text_put(w->out, "\"/>\n");
    if (value >= 0)
        text_format(w->out, "<category term=\"%s\" label=\"%s\"/>\n", kind, word_text("need_kind", (unsigned)value, w->lang));
}

static void put_entry(const struct writer *w, const json_t *notice, const struct letter *letter)
{
    const char *author = author_of(notice), *need = string(json_object_get(notice, "need"), "id");
    const struct told_links *links = w->feed->links;
    const char *url = links && text_uuid(need) ? links->make(links->ctx, "need", need) : NULL;
    int64_t at;
    if (!clock_parse(string(notice, "at"), &at))
        at = w->feed->updated;
    at = bounded(at);
    text_put(w->out, "<entry>\n");
    put_id(w, string(notice, "id"), at);
    put_element(w->out, "title", letter->subject);
    put_time(w->out, "published", at);
    put_time(w->out, "updated", at);
    if (*author)
        put_author(w->out, author);
    put_categories(w, notice);
    if (url)
        put_link(w->out, "alternate", "", url);
    text_put(w->out, "<content type=\"html\">");
    put(w->out, body(letter, w->arena));
    text_put(w->out, "</content>\n</entry>\n");
}

static void put_head(const struct writer *w)
{
    text_format(w->out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n",
                w->lang == LANG_FR ? "fr" : "en");
    put_element(w->out, "id", w->feed->id);
    put_element(w->out, "title", w->feed->title);
    if (w->feed->subtitle && *w->feed->subtitle)
        put_element(w->out, "subtitle", w->feed->subtitle);
    put_time(w->out, "updated", bounded(w->feed->updated));
    put_author(w->out, "Entregent"); // of the entries that have none
    put_link(w->out, "self", " type=\"application/atom+xml\"", w->feed->self);
    put_link(w->out, "alternate", "", w->feed->home);
}

enum err atom_write(struct text *out, const struct atom *feed, const char *notices, enum lang lang, const struct gazetteer *places)
{
    json_t *array = json_loads(notices, JSON_REJECT_DUPLICATES, NULL), *notice;
    if (!json_is_array(array)) {
        json_decref(array);
        return ERR_BAD_JSON;
    }
    struct writer w = {out, feed, lang, places, NULL, arena_new()};
    size_t i;
    w.host = host_of(feed->home, w.arena);
    put_head(&w);
    json_array_foreach (array, i, notice) {
        struct letter letter;
        char *one = *string(notice, "id") ? json_dumps(notice, JSON_COMPACT) : NULL;
        if (one && told_write(one, lang, places, feed->links, NULL, w.arena, &letter))
            put_entry(&w, notice, &letter);
        free(one);
    }
    text_put(out, "</feed>\n");
    arena_free(w.arena);
    json_decref(array);
    return ERR_OK;
}
