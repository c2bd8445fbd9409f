// SPDX-License-Identifier: EUPL-1.2
// Fuzzes wire/atom: title, subtitle, home, then notices as JSON, each but the last ended by NUL.
// Properties: what was written is well-formed; an entry stands for each notice that wire/told tells, in their order, with the
// notice's id and the title that the mail has; what was refused has left nothing.
#include "wire/atom.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(int line)
{
    fprintf(stderr, "property of line %d does not hold\n", line);
    abort();
}

// Takes the bytes up to a NUL.
static const char *field(struct arena *arena, const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size ? memchr(*data, 0, *size) : NULL;
    size_t len = end ? (size_t)(end - *data) : *size;
    const char *s = arena_copy(arena, (const char *)*data, len);
    len += end != NULL;
    *data += len;
    *size -= len;
    return s;
}

static const char *make_link(void *ctx, const char *kind, const char *id)
{
    return arena_format(ctx, "https://a.example/%s/%s", kind, id);
}

static bool named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0 &&
           strcmp((const char *)node->ns->href, "http://www.w3.org/2005/Atom") == 0;
}

static const char *child(struct arena *arena, const xmlNode *of, const char *name)
{
    for (xmlNode *node = of->children; node; node = node->next) {
        if (!named(node, name))
            continue;
        xmlChar *s = xmlNodeGetContent(node);
        const char *out = arena_string(arena, (const char *)s);
        xmlFree(s);
        return out;
    }
    fail(__LINE__);
    return NULL;
}

static unsigned nibble(char c)
{
    CHECK((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'));
    return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

// The id of the notice in that of the entry.
static const char *notice_id(struct arena *arena, const char *id)
{
    CHECK(text_starts(id, "tag:") && strstr(id, ":notice/"));
    id = strstr(id, ":notice/") + 8;
    char *out = arena_take(arena, strlen(id) + 1), *to = out;
    for (; *id; id++) {
        bool coded = *id == '%';
        *to++ = coded ? (char)(nibble(id[1]) << 4 | nibble(id[2])) : *id;
        id += coded ? 2 : 0;
    }
    return out;
}

static const xmlNode *next_entry(const xmlNode *node)
{
    while (node && !named(node, "entry"))
        node = node->next;
    return node;
}

static void check_entries(struct arena *arena, const xmlNode *feed, const char *json, enum lang lang, const struct told_links *links)
{
    json_t *array = json_loads(json, JSON_REJECT_DUPLICATES, NULL), *notice;
    const xmlNode *entry = next_entry(feed->children);
    size_t i;
    json_array_foreach (array, i, notice) {
        struct letter letter;
        const char *id = json_string_value(json_object_get(notice, "id"));
        char *one = json_dumps(notice, JSON_COMPACT);
        if (id && *id && one && told_write(one, lang, NULL, links, NULL, arena, &letter)) {
            CHECK(entry);
            CHECK(strcmp(notice_id(arena, child(arena, entry, "id")), id) == 0);
            CHECK(strlen(child(arena, entry, "title")) <= strlen(letter.subject));
            CHECK(*child(arena, entry, "content"));
            CHECK(strlen(child(arena, entry, "updated")) == 20);
            entry = next_entry(entry->next);
        }
        free(one);
    }
    CHECK(!entry);
    json_decref(array);
}

static void check_feed(struct arena *arena, const struct atom *feed, const char *json, enum lang lang)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    if (atom_write(&out, feed, json, lang, NULL) == ERR_OK) {
        xmlDoc *doc = xmlReadMemory(text_string(&out), (int)out.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
        CHECK(doc && strlen(text_string(&out)) == out.len && text_utf8(text_string(&out), out.len));
        const xmlNode *root = xmlDocGetRootElement(doc);
        CHECK(named(root, "feed") && strcmp(child(arena, root, "id"), feed->id) == 0);
        check_entries(arena, root, json, lang, feed->links);
        xmlFreeDoc(doc);
    } else
        CHECK(out.len == 0);
    text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const struct told_links links = {make_link, arena};
    struct atom feed = {.id = "urn:uuid:1", .title = field(arena, &data, &size), .subtitle = field(arena, &data, &size),
                        .home = field(arena, &data, &size), .updated = (int64_t)size * 1000003, .links = &links};
    const char *json = arena_copy(arena, (const char *)data, size);
    feed.self = feed.home;
    check_feed(arena, &feed, json, LANG_FR);
    check_feed(arena, &feed, json, LANG_EN);
    arena_free(arena);
    return 0;
}
