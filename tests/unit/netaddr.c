// SPDX-License-Identifier: EUPL-1.2
// Tests core/netaddr: each special network at its first and last address and just outside it.
#include "core/netaddr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool is_public(const char *text)
{
    unsigned char ip[NETADDR];
    if (!netaddr_parse(text, ip))
        fail_msg("%s is no address", text);
    return netaddr_public(ip);
}

static void judges_networks_to_their_edges(void **state)
{
    // First and last address within; the one before and the one behind, "" where that is special too.
    static const char *const edges[][4] = {
        {"0.0.0.0", "0.255.255.255", "", "1.0.0.0"},
        {"10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
        {"100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"},
        {"127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"},
        {"169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"},
        {"172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"},
        {"192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"},
        {"192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
        {"192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"},
        {"192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"},
        {"198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"},
        {"198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"},
        {"203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"},
        {"224.0.0.0", "239.255.255.255", "223.255.255.255", ""},
        {"240.0.0.0", "255.255.255.255", "", ""},
        {"2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
        {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
        {"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"},
        {"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
        {"::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "2000::"},
        {"4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        for (int k = 0; k < 4; k++)
            if (*edges[i][k] && is_public(edges[i][k]) != (k >= 2))
                fail_msg("%s should be %s", edges[i][k], k >= 2 ? "public" : "special");
}

static void judges_single_addresses(void **state)
{
    static const char *const special[] = {
        "169.254.169.254", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "100::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2002:7f00:1::",
        "2001:20::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "5f00::1", "2001:db8::1",
    };
    static const char *const public[] = {"8.8.8.8", "::ffff:8.8.8.8", "192.31.196.1", "2001:4860:4860::8888", "2a01:e0a::1"};
    (void)state;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (is_public(special[i]))
            fail_msg("%s should be special", special[i]);
    for (size_t i = 0; i < sizeof public / sizeof *public; i++)
        if (!is_public(public[i]))
            fail_msg("%s should be public", public[i]);
}

static void reads_addresses_only(void **state)
{
    static const char *const bad[] = {"", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01", "127.0.0.1 ", "127.0.0.256",
                                      "[::1]", "fe80::1%eth0", "fe80::1%25eth0", "localhost", ":", "1:2:3:4:5:6:7"};
    unsigned char ip[NETADDR];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (netaddr_parse(bad[i], ip))
            fail_msg("%s is no address", bad[i]);
}

static void writes_the_shortest_form(void **state)
{
    static const char *const same[][2] = {{"127.0.0.1", "127.0.0.1"}, {"::ffff:10.0.0.1", "10.0.0.1"}, {"2A01:0e0a:0::1", "2a01:e0a::1"}};
    unsigned char ip[NETADDR];
    char text[NETADDR_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(netaddr_parse(same[i][0], ip));
        netaddr_text(ip, text);
        assert_string_equal(text, same[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_networks_to_their_edges),
        cmocka_unit_test(judges_single_addresses),
        cmocka_unit_test(reads_addresses_only),
        cmocka_unit_test(writes_the_shortest_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
