// SPDX-License-Identifier: EUPL-1.2
// Knows where the CPV labels stand in an eForms code list.
#include "wire/codelist.h"

#include "base/log.h"
#include "base/text.h"

#include <libxml/xmlreader.h>
#include <stdbool.h>
#include <string.h>

#define KEY "code|name|cpv."
#define DEPTH 2 // properties, entry

struct reading {
    xmlTextReaderPtr reader;
    bool inside; // of a CPV entry
    uint32_t code;
    struct text label;
    const char *why; // NULL while all is well
    void (*on_code)(void *ctx, uint32_t code, const char *label);
    void *ctx;
};

// The code of a key, 0 when it is not one of CPV.
static uint32_t code_of(const char *key)
{
    uint32_t code = 0;
    if (!text_starts(key, KEY))
        return 0;
    key += strlen(KEY);
    if (strlen(key) != 8 || strspn(key, "0123456789") != 8)
        return 0;
    for (; *key; key++)
        code = code * 10 + (uint32_t)(*key - '0');
    return code;
}

static void on_element(struct reading *r)
{
    const char *name = (const char *)xmlTextReaderConstName(r->reader);
    int depth = xmlTextReaderDepth(r->reader);
    if (depth == 0 && strcmp(name, "properties") != 0)
        r->why = "the root is not <properties>";
    if (depth >= DEPTH)
        r->why = "elements inside an entry";
    if (depth != 1 || strcmp(name, "entry") != 0)
        return;
    xmlChar *key = xmlTextReaderGetAttribute(r->reader, (const xmlChar *)"key");
    r->code = key ? code_of((const char *)key) : 0;
    r->inside = r->code != 0 && !xmlTextReaderIsEmptyElement(r->reader);
    text_clear(&r->label);
    xmlFree(key);
}

static void on_end(struct reading *r)
{
    if (!r->inside)
        return;
    r->inside = false;
    if (r->label.full)
        r->why = "a label is too long";
    const char *s = text_string(&r->label);
    s += strspn(s, " \t\r\n");
    size_t len = strlen(s);
    while (len && strchr(" \t\r\n", s[len - 1]))
        len--;
    text_drop(&r->label, (size_t)(s - text_string(&r->label)));
    if (len && !r->why) {
        r->label.data[len] = 0;
        r->on_code(r->ctx, r->code, r->label.data);
    }
}

static void on_node(struct reading *r)
{
    xmlDocPtr doc;
    switch (xmlTextReaderNodeType(r->reader)) {
    case XML_READER_TYPE_DOCUMENT_TYPE:
        doc = xmlTextReaderCurrentDoc(r->reader);
        if (doc && doc->intSubset && doc->intSubset->children)
            r->why = "the document defines entities of its own";
        break;
    case XML_READER_TYPE_ENTITY_REFERENCE:
        r->why = "an entity that XML does not define";
        break;
    case XML_READER_TYPE_ELEMENT:
        on_element(r);
        break;
    case XML_READER_TYPE_END_ELEMENT:
        on_end(r);
        break;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        if (r->inside)
            text_put(&r->label, (const char *)xmlTextReaderConstValue(r->reader));
        break;
    default:
        break;
    }
}

enum err codelist_read(const char *xml, size_t len, void (*on_code)(void *ctx, uint32_t code, const char *label),
                       void *ctx, const char **why)
{
    *why = NULL;
    if (len > CODELIST_BYTES)
        return ERR_TOO_LARGE;
    if (!len || !text_utf8(xml, len)) {
        *why = len ? "not UTF-8" : "nothing to read";
        return ERR_BAD_XML;
    }
    struct reading r = {.on_code = on_code, .ctx = ctx};
    const int options = XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    r.reader = xmlReaderForMemory(xml, (int)len, NULL, "UTF-8", options);
    if (!r.reader)
        log_die("codelist", "out of memory in the XML reader");
    text_init(&r.label, CODELIST_LABEL);
    int got;
    while (!r.why && (got = xmlTextReaderRead(r.reader)) == 1)
        on_node(&r);
    if (!r.why && got < 0)
        r.why = "not well-formed XML";
    xmlDocPtr doc = xmlTextReaderCurrentDoc(r.reader);
    xmlFreeTextReader(r.reader);
    xmlFreeDoc(doc); // asking for the document made it ours
    text_fini(&r.label);
    *why = r.why;
    return r.why ? ERR_BAD_XML : ERR_OK;
}
