// SPDX-License-Identifier: EUPL-1.2
// Tests wire/forwarded: whom proxies speak for, and that nobody else is believed.
#include "wire/forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define NETS "127.0.0.1, ::1, 10.0.0.0/8, 2001:db8:1::/48"

static struct forwarded_nets nets_of(const char *list)
{
    struct forwarded_nets nets;
    if (!forwarded_nets(list, &nets))
        fail_msg("no networks: %s", list);
    return nets;
}

// "ADDRESS" or "ADDRESS https", as said by these header lines over a connection from the peer.
static const char *client(const char *peer, bool tls, const char *lines)
{
    static char out[80];
    char bytes[2048], address[64];
    struct http_head head;
    struct forwarded_nets nets = nets_of(NETS);
    bool https;
    size_t used = 0;
    enum err e;
    snprintf(bytes, sizeof bytes, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", lines);
    assert_int_equal(http_read_head(bytes, strlen(bytes), sizeof bytes, &head, &used, &e), HTTP_DONE);
    forwarded_client(&head, peer, tls, &nets, address, &https);
    snprintf(out, sizeof out, "%s%s", address, https ? " https" : "");
    return out;
}

struct said {
    const char *lines, *want;
};

// All from the proxy 127.0.0.1 over plain HTTP.
static void assert_said(const struct said *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *got = client("127.0.0.1", false, cases[i].lines);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s not %s: %s", got, cases[i].want, cases[i].lines);
    }
}
#define ASSERT_SAID(cases) assert_said(cases, sizeof(cases) / sizeof *(cases))

static void networks_are_read(void **state)
{
    (void)state;
    static const char *const bad[] = {"x",         "127.0.0.1,",  ",",           "127.0.0.1 10.0.0.1", "10.0.0.0/33",
                                      "::/129",    "10.0.0.0/",   "10.0.0.0/-1", "10.0.0.0/8/8",       "10.0.0/8",
                                      "010.0.0.1", "10.0.0.0/8x", "[::1]",       "fe80::1%eth0",       "localhost"};
    struct forwarded_nets nets = nets_of(" 127.0.0.1 ,10.0.0.0/8,\t::1, 2001:db8::/32,0.0.0.0/0");
    assert_int_equal(nets.count, 5);
    assert_int_equal(nets.nets[0].bits, 128);
    assert_int_equal(nets.nets[1].bits, 104);
    assert_int_equal(nets.nets[3].bits, 32);
    assert_int_equal(nets.nets[4].bits, 96);
    assert_int_equal(nets_of("").count, 0);
    assert_int_equal(nets_of("  ").count, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (forwarded_nets(bad[i], &nets))
            fail_msg("taken: %s", bad[i]);
        assert_int_equal(nets.count, 0);
    }
    char many[1024] = "::1";
    for (int i = 1; i < FORWARDED_NETS; i++)
        strcat(many, ",::1");
    assert_int_equal(nets_of(many).count, FORWARDED_NETS);
    strcat(many, ",::1");
    assert_false(forwarded_nets(many, &nets));
}

static void networks_hold_addresses(void **state)
{
    (void)state;
    struct forwarded_nets nets = nets_of("10.1.2.0/23, 192.0.2.7, 2001:db8:8000::/33");
    assert_true(forwarded_within(&nets, "10.1.2.0"));
    assert_true(forwarded_within(&nets, "10.1.3.255"));
    assert_true(forwarded_within(&nets, "::ffff:10.1.3.1"));
    assert_false(forwarded_within(&nets, "10.1.4.0"));
    assert_false(forwarded_within(&nets, "10.1.1.255"));
    assert_true(forwarded_within(&nets, "192.0.2.7"));
    assert_false(forwarded_within(&nets, "192.0.2.6"));
    assert_true(forwarded_within(&nets, "2001:db8:8000::1"));
    assert_true(forwarded_within(&nets, "2001:db8:ffff::1%eth0"));
    assert_false(forwarded_within(&nets, "2001:db8:7fff::1"));
    assert_false(forwarded_within(&nets, ""));
    assert_false(forwarded_within(&nets, "10.1.2"));
    nets = nets_of("");
    assert_false(forwarded_within(&nets, "127.0.0.1"));
    nets = nets_of("0.0.0.0/0");
    assert_true(forwarded_within(&nets, "198.51.100.1"));
    assert_false(forwarded_within(&nets, "::1"));
}

static void loopback_is_known(void **state)
{
    (void)state;
    assert_true(forwarded_loopback("127.0.0.1"));
    assert_true(forwarded_loopback("127.255.0.9"));
    assert_true(forwarded_loopback("::1"));
    assert_true(forwarded_loopback("::ffff:127.0.0.1"));
    assert_false(forwarded_loopback("128.0.0.1"));
    assert_false(forwarded_loopback("126.255.255.255"));
    assert_false(forwarded_loopback("::"));
    assert_false(forwarded_loopback("::2"));
    assert_false(forwarded_loopback("10.0.0.1"));
    assert_false(forwarded_loopback("localhost"));
}

static void who_is_not_named_is_not_believed(void **state)
{
    (void)state;
    const char *lines =
        "Forwarded: for=127.0.0.1;proto=https\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n";
    assert_string_equal(client("198.51.100.1", false, lines), "198.51.100.1");
    assert_string_equal(client("198.51.100.1", true, lines), "198.51.100.1 https");
    assert_string_equal(client("127.0.0.2", false, lines), "127.0.0.2");
    assert_string_equal(client("2001:DB8:2:0::1", false, lines), "2001:db8:2::1");
    assert_string_equal(client("fe80::1%eth0", false, lines), "fe80::1");
    assert_string_equal(client("::ffff:198.51.100.1", true, lines), "198.51.100.1 https");
    assert_string_equal(client("", false, lines), "::");
    assert_string_equal(client("@", true, lines), ":: https");
}

static void without_headers_it_is_the_peer(void **state)
{
    (void)state;
    assert_string_equal(client("127.0.0.1", false, ""), "127.0.0.1");
    assert_string_equal(client("127.0.0.1", true, "X-Forwarded-Proto: http\r\n"), "127.0.0.1 https");
    assert_string_equal(client("::1", false, "X-Forwarded-For:\r\nForwarded: ,\r\n"), "::1");
}

static void forwarded_is_read(void **state)
{
    (void)state;
    // The peer's TLS says nothing about the client's.
    assert_string_equal(client("::1", true, "Forwarded: for=192.0.2.1\r\n"), "192.0.2.1");
    static const struct said cases[] = {
        {"Forwarded: for=192.0.2.1\r\n", "192.0.2.1"},
        {"Forwarded: for=192.0.2.1;proto=https\r\n", "192.0.2.1 https"},
        {"Forwarded: for=192.0.2.1;proto=http\r\n", "192.0.2.1"},
        {"Forwarded: Proto=HTTPS ; by=10.0.0.1; host=\"a,b;c\" ; FOR=\"192.0.2.1:4711\"\r\n", "192.0.2.1 https"},
        {"Forwarded: for=\"[2001:db8::17]:4711\";proto=\"https\"\r\n", "2001:db8::17 https"},
        {"Forwarded: for=\"[2001:DB8:0::17]\"\r\n", "2001:db8::17"},
        {"Forwarded: for=\"2001:db8::17\"\r\n", "2001:db8::17"},
        {"Forwarded: for=\"192.0.2.\\1\"\r\n", "192.0.2.1"},
        {"Forwarded: for=\"192.0.2.1:_port\"\r\n", "192.0.2.1"},
        {"Forwarded: for=\"[::ffff:192.0.2.1]\"\r\n", "192.0.2.1"},
        // the walk
        {"Forwarded: for=192.0.2.9, for=192.0.2.1;proto=https, for=10.0.0.2;proto=http\r\n", "192.0.2.1 https"},
        {"Forwarded: for=192.0.2.9\r\nFoo: a\r\nforwarded: for=192.0.2.1,, for=10.0.0.2 , \r\n", "192.0.2.1"},
        {"Forwarded: for=10.0.0.3;proto=https, for=10.0.0.2\r\n", "10.0.0.3 https"},
        {"Forwarded: for=192.0.2.9;ext=\"a, b\", for=10.0.0.2;ext=\", \\\" for=1.2.3.4\"\r\n", "192.0.2.9"},
    };
    ASSERT_SAID(cases);
}

static void x_forwarded_is_read(void **state)
{
    (void)state;
    static const struct said cases[] = {
        {"X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n", "192.0.2.1 https"},
        {"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 192.0.2.1:81\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 2001:db8::17\r\n", "2001:db8::17"},
        {"X-Forwarded-For: [2001:db8::17]:81\r\n", "2001:db8::17"},
        {"X-Forwarded-For: 192.0.2.9, 192.0.2.1, 10.0.0.2\r\nX-Forwarded-Proto: https\r\n", "192.0.2.1 https"},
        {"X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"},
        // the hop's own, counted from the end
        {"X-Forwarded-For: 192.0.2.1, 10.0.0.2\r\nX-Forwarded-Proto: http, https, http\r\n", "192.0.2.1 https"},
        {"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https, http\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 192.0.2.1, 10.0.0.2, 10.0.0.3\r\nX-Forwarded-Proto: https, https\r\n", "192.0.2.1"},
    };
    ASSERT_SAID(cases);
}

static void what_cannot_be_read_stops_the_walk(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "for=unknown",
        "for=_hidden",
        "for=",
        "for=\"\"",
        "for=\"192.0.2.1",
        "for=192.0.2.1\"",
        "proto=https",
        "by=192.0.2.1",
        "for",
        "192.0.2.1",
        "for=192.0.2.1 x",
        "for=192.0.2.1;x",
        "for =192.0.2.1",
        "=192.0.2.1",
        "for=192.0.2.1;for=192.0.2.2",
        "for=\"\";for=1.2.3.4",
        "for=\"192.0.2.1:\"",
        "for=\"[::1\"",
        "for=\"[1.2.3.4]\"",
        "for=\"192.0.2.1:123456\"",
        "for=192.0.2.256",
        "for=192.0.2.1;proto=https;proto=https",
        "for=\"[2001:db8::1]x\"",
    };
    char line[256];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(line, sizeof line, "Forwarded: for=192.0.2.9;proto=https, %s\r\n", bad[i]);
        assert_said(&(struct said){line, "127.0.0.1"}, 1);
        snprintf(line, sizeof line, "Forwarded: for=192.0.2.9, %s, for=10.0.0.2;proto=https\r\n", bad[i]);
        assert_said(&(struct said){line, "10.0.0.2 https"}, 1);
    }
    static const struct said cases[] = {
        {"X-Forwarded-For: 192.0.2.9, unknown\r\n", "127.0.0.1"},
        {"X-Forwarded-For: 192.0.2.9, for=192.0.2.1\r\n", "127.0.0.1"},
        {"X-Forwarded-For: 192.0.2.9, 192.0.2.1 192.0.2.2\r\n", "127.0.0.1"},
        {"X-Forwarded-For: 192.0.2.9, fe80::1%eth0, 10.0.0.2\r\n", "10.0.0.2"},
    };
    ASSERT_SAID(cases);
}

// What a client writes stands left of what the proxy appends, and may hold anything.
static void a_client_cannot_speak_for_the_proxy(void **state)
{
    (void)state;
    static const char *const forged[] = {"for=127.0.0.1", "for=\"",       "for=\"x\\", "\"",       "\\\"", ",,",
                                         "for=\"a, b\"",  ";proto=https", "unknown",   "127.0.0.1"};
    char line[256];
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        snprintf(line, sizeof line, "Forwarded: %s, for=192.0.2.1;proto=http\r\n", forged[i]);
        assert_said(&(struct said){line, "192.0.2.1"}, 1);
        snprintf(line, sizeof line, "Forwarded: %s\r\nForwarded: for=\"192.0.2.1\";proto=http\r\n", forged[i]);
        assert_said(&(struct said){line, "192.0.2.1"}, 1);
        snprintf(line, sizeof line, "X-Forwarded-For: %s, 192.0.2.1\r\n", forged[i]);
        assert_said(&(struct said){line, "192.0.2.1"}, 1);
    }
}

// A proxy that knows one header only passes on the other as the client made it up.
static void of_two_that_differ_neither_is_believed(void **state)
{
    (void)state;
    static const struct said cases[] = {
        {"Forwarded: for=10.9.9.9;proto=https\r\nX-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1"},
        {"Forwarded: for=192.0.2.1\r\nX-Forwarded-For: 10.9.9.9\r\nX-Forwarded-Proto: https\r\n", "127.0.0.1"},
        {"Forwarded: junk\r\nX-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1"},
        {"Forwarded: for=192.0.2.1;proto=https\r\nX-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1 https"},
        {"Forwarded: for=192.0.2.1\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n", "192.0.2.1 https"},
        {"Forwarded: for=192.0.2.1;proto=https\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\n",
         "192.0.2.1"},
        {"Forwarded: for=192.0.2.1;proto=http\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n",
         "192.0.2.1"},
        {"Forwarded:\r\nX-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"},
    };
    ASSERT_SAID(cases);
}

static void one_network(void **state)
{
    (void)state;
    char a[64], b[64];
    forwarded_network("2001:db8:1:2::3", a);
    forwarded_network("2001:db8:1:2:ffff::9", b);
    assert_string_equal(a, b);
    forwarded_network("2001:db8:1:3::3", b);
    assert_string_not_equal(a, b);
    forwarded_network("192.0.2.7", a);
    assert_string_equal(a, "192.0.2.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_read), cmocka_unit_test(one_network),
        cmocka_unit_test(networks_hold_addresses),
        cmocka_unit_test(loopback_is_known),
        cmocka_unit_test(who_is_not_named_is_not_believed),
        cmocka_unit_test(without_headers_it_is_the_peer),
        cmocka_unit_test(forwarded_is_read),
        cmocka_unit_test(x_forwarded_is_read),
        cmocka_unit_test(what_cannot_be_read_stops_the_walk),
        cmocka_unit_test(a_client_cannot_speak_for_the_proxy),
        cmocka_unit_test(of_two_that_differ_neither_is_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
