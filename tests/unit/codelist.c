// SPDX-License-Identifier: EUPL-1.2
// The EU's code lists.
#include "wire/codelist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

struct got {
    int count;
    char all[4000];
};

static void on_code(void *ctx, uint32_t code, const char *label)
{
    struct got *g = ctx;
    size_t len = strlen(g->all);
    g->count++;
    snprintf(g->all + len, sizeof g->all - len, "%08u=%s;", code, label);
}

static enum err read(const char *xml, struct got *g)
{
    const char *why;
    *g = (struct got){0};
    enum err err = codelist_read(xml, strlen(xml), on_code, g, &why);
    assert_int_equal(err != ERR_OK, why != NULL);
    return err;
}

static void reads_cpv_labels_only(void **state)
{
    struct got g;
    (void)state;
    assert_int_equal(read(HEAD "<!DOCTYPE properties SYSTEM \"http://java.sun.com/dtd/properties.dtd\">\n"
                               "<properties><comment>made by hand</comment>\n"
                               "<entry key=\"code|name|country.FRA\">France</entry>\n"
                               "<entry key=\"code|name|cpv.03000000\"> Champs &amp; bois </entry>\n"
                               "<entry key=\"code|name|cpv.90910000\">Nettoyage d&#8217;été</entry>\n"
                               "<entry key=\"code|name|cpv.9091\">no code</entry>\n"
                               "<entry key=\"code|name|cpv.90911000\"><![CDATA[<b>]]></entry>\n"
                               "<entry key=\"code|name|cpv.90912000\"/>\n"
                               "</properties>",
                          &g),
                     ERR_OK);
    assert_string_equal(g.all, "03000000=Champs & bois;90910000=Nettoyage d’été;90911000=<b>;");
}

static void refuses_what_is_no_code_list(void **state)
{
    struct got g;
    (void)state;
    assert_int_equal(read("", &g), ERR_BAD_XML);
    assert_int_equal(read("code\tfr\n", &g), ERR_BAD_XML);
    assert_int_equal(read(HEAD "<html><entry key=\"code|name|cpv.03000000\">x</entry></html>", &g), ERR_BAD_XML);
    assert_int_equal(g.count, 0);
    assert_int_equal(read(HEAD "<properties><entry key=\"code|name|cpv.03000000\">x</entry>", &g), ERR_BAD_XML);
    assert_int_equal(read(HEAD "<properties><entry key=\"code|name|cpv.03000000\"><b>x</b></entry></properties>", &g),
                     ERR_BAD_XML);
}

static void expands_no_entities(void **state)
{
    struct got g;
    (void)state;
    assert_int_equal(read(HEAD
                          "<!DOCTYPE properties [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
                          "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
                          "<properties><entry key=\"code|name|cpv.03000000\">&c;</entry></properties>",
                          &g),
                     ERR_BAD_XML);
    assert_int_equal(g.count, 0);
    assert_int_equal(read(HEAD "<!DOCTYPE properties [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>"
                               "<properties><entry key=\"code|name|cpv.03000000\">&f;</entry></properties>",
                          &g),
                     ERR_BAD_XML);
    assert_int_equal(g.count, 0);
}

static void refuses_endless_labels(void **state)
{
    struct got g;
    char xml[CODELIST_LABEL + 300], label[CODELIST_LABEL + 2];
    (void)state;
    memset(label, 'x', sizeof label - 1);
    label[sizeof label - 1] = 0;
    snprintf(xml, sizeof xml, HEAD "<properties><entry key=\"code|name|cpv.03000000\">%s</entry></properties>", label);
    assert_int_equal(read(xml, &g), ERR_BAD_XML);
    assert_int_equal(g.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_cpv_labels_only),
        cmocka_unit_test(refuses_what_is_no_code_list),
        cmocka_unit_test(expands_no_entities),
        cmocka_unit_test(refuses_endless_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
