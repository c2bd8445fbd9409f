// SPDX-License-Identifier: EUPL-1.2
// Tests core/rights: who may call what.
#include "core/rights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum err check(unsigned who, unsigned scope, struct rights r)
{
    return rights_check(who, scope, &r);
}

static void admits_by_kind(void **state)
{
    (void)state;
    const struct rights nobody = {0}, buyer = {.member = true, .kinds = KIND_BUYER, .scopes = SCOPE_READ},
                        both = {.member = true, .kinds = KIND_BUYER | KIND_SUPPLIER, .scopes = SCOPE_READ},
                        none = {.member = true, .scopes = SCOPE_READ}, alone = {.person = true};
    assert_int_equal(check(WHO_ANYONE, SCOPE_NONE, nobody), ERR_OK);
    assert_int_equal(check(WHO_MEMBER, SCOPE_READ, nobody), ERR_NO_TOKEN);
    assert_int_equal(check(WHO_PERSON, SCOPE_NONE, nobody), ERR_NO_TOKEN);
    assert_int_equal(check(WHO_SUPPLIER, SCOPE_READ, buyer), ERR_FORBIDDEN);
    assert_int_equal(check(WHO_SUPPLIER, SCOPE_READ, both), ERR_OK);
    assert_int_equal(check(WHO_BUYER_OR_ORGANISER, SCOPE_READ, buyer), ERR_OK);
    assert_int_equal(check(WHO_MEMBER, SCOPE_READ, none), ERR_OK); // an organisation without a kind yet
    assert_int_equal(check(WHO_MEMBER, SCOPE_READ, alone), ERR_FORBIDDEN);
    assert_int_equal(check(WHO_PERSON, SCOPE_NONE, alone), ERR_OK);
    assert_int_equal(check(WHO_PERSON, SCOPE_NONE, buyer), ERR_NEEDS_PERSON); // a token is nobody in person
}

static void admits_by_scope(void **state)
{
    (void)state;
    struct rights r = {.member = true, .kinds = KIND_BUYER};
    for (const char *const *role = (const char *const[]){"reader", "editor", "owner", "asked", "", NULL}; *role; role++) {
        r.scopes = rights_role(*role);
        bool reads = r.scopes & SCOPE_READ, writes = r.scopes & SCOPE_NEEDS, rules = r.scopes & SCOPE_ADMINISTER;
        assert_int_equal(check(WHO_MEMBER, SCOPE_READ, r), reads ? ERR_OK : ERR_NEEDS_SCOPE);
        assert_int_equal(check(WHO_BUYER, SCOPE_NEEDS, r), writes ? ERR_OK : ERR_NEEDS_SCOPE);
        assert_int_equal(check(WHO_MEMBER, SCOPE_ADMINISTER, r), rules ? ERR_OK : ERR_NEEDS_SCOPE);
        assert_int_equal(check(WHO_MEMBER, SCOPE_MODERATE, r), ERR_NEEDS_SCOPE); // no role moderates
    }
    assert_int_equal(rights_role("asked"), 0);
    assert_true(rights_role("reader") < rights_role("editor") && rights_role("editor") < rights_role("owner"));
}

static void suspends(void **state)
{
    (void)state;
    const struct rights r = {.person = true, .member = true, .suspended = true, .kinds = KIND_BUYER, .scopes = rights_role("owner")};
    assert_int_equal(check(WHO_BUYER, SCOPE_NEEDS, r), ERR_SUSPENDED);
    assert_int_equal(check(WHO_MEMBER, SCOPE_ADMINISTER, r), ERR_SUSPENDED);
    assert_int_equal(check(WHO_PERSON, SCOPE_NONE, r), ERR_OK);
}

static void names_kinds(void **state)
{
    (void)state;
    assert_int_equal(rights_kind("buyer"), KIND_BUYER);
    assert_int_equal(rights_kind("supplier"), KIND_SUPPLIER);
    assert_int_equal(rights_kind("organiser"), KIND_ORGANISER);
    assert_int_equal(rights_kind("Buyer"), 0);
    assert_int_equal(rights_kind(""), 0);
    assert_string_equal(rights_words(WHO_BUYER_OR_ORGANISER, false), "buyer or organiser");
    assert_string_equal(rights_words(WHO_BUYER_OR_ORGANISER, true), "acheteur ou organisateur");
    for (unsigned bit = SCOPE_READ; bit <= SCOPE_MODERATE; bit <<= 1)
        assert_int_equal(rights_scope(rights_scope_word(bit)), bit);
    assert_int_equal(rights_scope("everything"), 0);
#define ROUTE(method, path, name, who, scope, flags, takes, gives, status, fr, en) \
    assert_string_not_equal(rights_words(who, false), "?");
#include "protocol/routes.def"
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(admits_by_kind), cmocka_unit_test(admits_by_scope),
                                       cmocka_unit_test(suspends), cmocka_unit_test(names_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
