// SPDX-License-Identifier: EUPL-1.2
// Tests wire/atom: what a feed reader reads is what was told.
#include "wire/atom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "places.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

#define UPDATED 1795345200 // 2026-11-22T11:00:00Z
#define NEED_ID "7b1f0c9e-5a52-4c4e-9d0a-0d6f3c1b2a3d"
#define NEED(title, more)                                                                                                         \
    "\"need\":{\"id\":\"" NEED_ID "\",\"title\":\"" title "\",\"kind\":\"devis\",\"state\":\"published\","                       \
    "\"deadline\":\"2026-12-18T09:30:00+00:00\",\"places\":[\"departement:63\"],\"buyer\":{\"id\":\"1\",\"name\":\"Ville de <Riom>\"}" more "}"
#define NOTICE(id, kind, title, more)                                                                                             \
    "{\"id\":\"" id "\",\"kind\":\"" kind "\",\"at\":\"2026-11-21T23:30:00+00:00\",\"version\":2," NEED(title, "") more "}"

struct world {
    struct arena *arena;
    struct gazetteer *g;
    struct text out;
    xmlDoc *doc;
    xmlXPathContext *path;
};

static const char *make_link(void *ctx, const char *kind, const char *id)
{
    snprintf(ctx, 200, "https://entregent.example.org/v1/%ss/%s?a=1&b=2", kind, id);
    return ctx;
}

static int set_up(void **state)
{
    struct world *w = *state = memory_new(sizeof *w);
    *w = (struct world){.arena = arena_new(), .g = places_small()};
    text_init(&w->out, 1 << 20);
    return 0;
}

static void forget(struct world *w)
{
    xmlXPathFreeContext(w->path);
    xmlFreeDoc(w->doc);
    w->path = NULL;
    w->doc = NULL;
    text_clear(&w->out);
}

static int tear_down(void **state)
{
    struct world *w = *state;
    forget(w);
    text_fini(&w->out);
    place_gazetteer_free(w->g);
    arena_free(w->arena);
    free(w);
    return 0;
}

static void write_feed(struct world *w, const struct atom *feed, const char *notices, enum lang lang)
{
    forget(w);
    assert_int_equal(atom_write(&w->out, feed, notices, lang, w->g), ERR_OK);
    w->doc = xmlReadMemory(text_string(&w->out), (int)w->out.len, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(w->doc);
    w->path = xmlXPathNewContext(w->doc);
    xmlXPathRegisterNs(w->path, (const xmlChar *)"a", (const xmlChar *)"http://www.w3.org/2005/Atom");
}

static void write_notices(struct world *w, const char *notices, enum lang lang)
{
    char link[200];
    const struct told_links links = {make_link, link};
    const struct atom feed = {"urn:uuid:0b6c3f3e-4a3a-4f5e-8f0e-3b1a2c4d5e6f", "Avis & alertes", "De la « Régie »", "https://entregent.example.org/feed/x?t=1&u=2",
                              "https://Entregent.example.org:8443/", UPDATED, &links};
    write_feed(w, &feed, notices, lang);
}

// The XPath expression as a string.
static const char *found(struct world *w, const char *expression)
{
    xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)expression, w->path);
    assert_non_null(o);
    xmlChar *s = xmlXPathCastToString(o);
    const char *out = arena_string(w->arena, (const char *)s);
    xmlFree(s);
    xmlXPathFreeObject(o);
    return out;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in: %s", part, text);
}

static void has_what_rfc_4287_asks_for(void **state)
{
    struct world *w = *state;
    write_notices(w, "[" NOTICE("12", "match", "Tonte", "") "]", LANG_FR);
    assert_string_equal(found(w, "/a:feed/a:id"), "urn:uuid:0b6c3f3e-4a3a-4f5e-8f0e-3b1a2c4d5e6f");
    assert_string_equal(found(w, "/a:feed/a:title"), "Avis & alertes");
    assert_string_equal(found(w, "/a:feed/a:subtitle"), "De la « Régie »");
    assert_string_equal(found(w, "/a:feed/a:updated"), "2026-11-22T11:00:00Z");
    assert_string_equal(found(w, "/a:feed/a:author/a:name"), "Entregent");
    assert_string_equal(found(w, "/a:feed/a:link[@rel='self']/@href"), "https://entregent.example.org/feed/x?t=1&u=2");
    assert_string_equal(found(w, "/a:feed/a:link[@rel='alternate']/@href"), "https://Entregent.example.org:8443/");
    assert_string_equal(found(w, "/a:feed/@xml:lang"), "fr");
    assert_string_equal(found(w, "count(//a:entry)"), "1");
    assert_string_equal(found(w, "//a:entry/a:id"), "tag:entregent.example.org,2026-11-21:notice/12");
    assert_string_equal(found(w, "//a:entry/a:updated"), "2026-11-21T23:30:00Z");
    assert_string_equal(found(w, "//a:entry/a:author/a:name"), "Ville de <Riom>");
    assert_string_equal(found(w, "//a:entry/a:category[1]/@term"), "match");
    assert_string_equal(found(w, "//a:entry/a:category[2]/@label"), "Demande de devis");
    assert_string_equal(found(w, "//a:entry/a:link/@href"), "https://entregent.example.org/v1/needs/" NEED_ID "?a=1&b=2");
}

static void says_what_and_which(void **state)
{
    struct world *w = *state;
    write_notices(w, "[" NOTICE("12", "match", "Tonte <b>rase</b> & taille", ",\"lots\":[{\"lot\":2,\"title\":\"Étang\"}],\"score\":80") ","
                         NOTICE("11", "amended", "Linge", ",\"changes\":[{\"field\":\"/places\",\"before\":\"commune:63113\",\"after\":\"departement:03\"}]") "]",
                  LANG_FR);
    const char *title = found(w, "//a:entry[1]/a:title"), *content = found(w, "//a:entry[1]/a:content");
    has(title, "Tonte <b>rase</b> & taille");
    has(title, "Étang");
    has(title, "Puy-de-Dôme");
    has(title, "18 décembre");
    assert_string_equal(found(w, "//a:entry[1]/a:content/@type"), "html");
    has(content, "Tonte &lt;b&gt;rase&lt;/b&gt; &amp; taille");
    has(content, "Étang");
    has(content, "Puy-de-Dôme");
    has(content, "10 h 30"); // in Paris
    has(content, "Ville de &lt;Riom&gt;");
    has(found(w, "//a:entry[2]/a:title"), "Linge");
    content = found(w, "//a:entry[2]/a:content");
    has(content, "Clermont-Ferrand");
    has(content, "Allier");
    // A part of a page, as it stands in a reader's own.
    for (int i = 1; i <= 2; i++) {
        content = found(w, i == 1 ? "//a:entry[1]/a:content" : "//a:entry[2]/a:content");
        has_not(content, "<html");
        has_not(content, "<body");
        has_not(content, "</body");
        has_not(content, "<hr");
    }
    write_notices(w, "[" NOTICE("12", "match", "Mowing", "") "]", LANG_EN);
    assert_string_equal(found(w, "/a:feed/@xml:lang"), "en");
    has(found(w, "//a:entry/a:title"), "18 December");
}

static void names_the_supplier_of_an_interest(void **state)
{
    struct world *w = *state;
    write_notices(w, "[" NOTICE("13", "interest", "Tonte", ",\"supplier\":{\"id\":\"2\",\"name\":\"ESAT du Lac\"},\"message\":\"Bonjour\"") "]", LANG_FR);
    assert_string_equal(found(w, "//a:entry/a:author/a:name"), "ESAT du Lac");
    assert_string_equal(found(w, "//a:entry/a:category/@term"), "interest");
    has(found(w, "//a:entry/a:content"), "Bonjour");
}

static void drops_what_xml_forbids(void **state)
{
    struct world *w = *state;
    const struct atom feed = {"urn:uuid:1", "a\x01\x0b" "b\xff" "c\xef\xbf\xbf" "d\re\"<&>", NULL, "https://a.example/", "https://a.example", INT64_MAX, NULL};
    write_feed(w, &feed, "[" NOTICE("1", "match", "\\u0001Tonte\\uffff]]>\\u000b\\ud83c\\udf3f", "") "]", LANG_FR);
    assert_string_equal(found(w, "/a:feed/a:title"), "ab\xef\xbf\xbd" "cde\"<&>");
    assert_string_equal(found(w, "/a:feed/a:updated"), "9999-12-31T23:59:59Z");
    assert_string_equal(found(w, "count(//a:subtitle)"), "0");
    assert_string_equal(found(w, "count(//a:entry/a:link)"), "0");
    has(found(w, "//a:entry/a:title"), "Tonte]]>");
    has(found(w, "//a:entry/a:title"), "🌿");
}

static void names_entries_by_host_and_day(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *home, *host;
    } cases[] = {{"http://127.0.0.1:8080", "127.0.0.1"}, {"https://A.Example/b:c", "a.example"}, {"http://[::1]:80/", "localhost"}, {"", "localhost"}, {"https://-a/", "localhost"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct atom feed = {"urn:uuid:1", "A", NULL, "https://a.example/", cases[i].home, UPDATED, NULL};
        write_feed(w, &feed, "[" NOTICE("a/b é", "match", "Tonte", "") "]", LANG_FR);
        assert_string_equal(found(w, "//a:entry/a:id"), arena_format(w->arena, "tag:%s,2026-11-21:notice/a%%2Fb%%20%%C3%%A9", cases[i].host));
    }
}

static void passes_over_what_says_nothing(void **state)
{
    struct world *w = *state;
    static const char *const nothing[] = {"[]", "[1,null,\"a\",[]]", "[" NOTICE("", "match", "Tonte", "") "]", "[" NOTICE("1", "unheard", "Tonte", "") "]",
                                          "[{\"id\":\"1\",\"kind\":\"match\"}]"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        write_notices(w, nothing[i], LANG_FR);
        assert_string_equal(found(w, "count(//a:entry)"), "0");
        assert_string_equal(found(w, "count(/a:feed/a:author)"), "1");
    }
}

static void refuses_what_is_no_list(void **state)
{
    struct world *w = *state;
    static const char *const bad[] = {"", "{}", "[", "null", "[{\"id\":1,\"id\":2}]"};
    const struct atom feed = {"urn:uuid:1", "A", NULL, "https://a.example/", "https://a.example/", UPDATED, NULL};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(atom_write(&w->out, &feed, bad[i], LANG_FR, NULL), ERR_BAD_JSON);
        assert_int_equal(w->out.len, 0);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(has_what_rfc_4287_asks_for),
        TEST(says_what_and_which),
        TEST(names_the_supplier_of_an_interest),
        TEST(drops_what_xml_forbids),
        TEST(names_entries_by_host_and_day),
        TEST(passes_over_what_says_nothing),
        TEST(refuses_what_is_no_list),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}
