// SPDX-License-Identifier: EUPL-1.2
// Knows how evdns is asked, and when what it still holds may be freed.
#include "io/resolve.h"

#include "base/list.h"
#include "base/log.h"
#include "base/memory.h"

#include <event2/dns.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SERVER 80 // bytes of "[IPv6]:port" + NUL

struct resolve {
    struct loop *loop;
    struct evdns_base *dns;
    struct list asked; // of struct asked
    bool closed;
};

struct resolve_query {
    struct asked *asked; // NULL once evdns has answered
    struct loop_timer *timer;
    void (*done)(void *ctx, const struct resolve_answer *answer);
    void *ctx;
    struct resolve_answer answer;
};

// What evdns holds: it calls back even for what was cancelled, and later.
struct asked {
    struct list link;
    struct resolve *resolve;
    struct resolve_query *query; // NULL once nobody waits
    struct evdns_getaddrinfo_request *request;
};

// ---- Name servers

// The next entry of the list, "" at its end; false for one that is no address.
static bool next_server(const char **list, char entry[static SERVER])
{
    struct sockaddr_storage address;
    int size = sizeof address;
    *list += strspn(*list, ", \t");
    size_t len = strcspn(*list, ", \t");
    *entry = 0;
    if (len < SERVER) {
        memcpy(entry, *list, len);
        entry[len] = 0;
    }
    *list += len;
    return len == 0 || (*entry && evutil_parse_sockaddr_port(entry, (struct sockaddr *)&address, &size) == 0);
}

bool resolve_nameservers(const char *list)
{
    char entry[SERVER];
    bool good;
    while ((good = next_server(&list, entry)) && *entry)
        ;
    return good;
}

static void add_servers(struct resolve *r, const char *list)
{
    char entry[SERVER];
    for (;;) {
        bool good = next_server(&list, entry);
        if (good && !*entry)
            return;
        if (!good || evdns_base_nameserver_ip_add(r->dns, entry) != 0)
            log_error("resolve", "no name server: %s", entry);
    }
}

struct resolve *resolve_open(struct loop *l, const char *nameservers)
{
    static const char *const options[][2] = {
        // Of many names that nobody answers for, each waits for itself alone.
        {"max-inflight:", "4096"},
        // Two tries, and no answer of one family before that of the other is known or given up: all addresses count.
        {"timeout:", "3"},
        {"attempts:", "2"},
        {"getaddrinfo-allow-skew:", "60"},
        // A server is not given up for names that it cannot find out; evdns would ask it for a name of its own choice.
        {"max-timeouts:", "255"},
        // A forged answer must guess the case of the letters too.
        {"randomize-case:", "1"},
    };
    struct resolve *r = memory_new(sizeof *r);
    *r = (struct resolve){.loop = l, .dns = evdns_base_new(loop_base(l), 0)};
    if (!r->dns)
        log_die("resolve", "evdns does not start");
    list_init(&r->asked);
    if (*nameservers)
        add_servers(r, nameservers);
    else
        evdns_base_resolv_conf_parse(r->dns, DNS_OPTION_NAMESERVERS | DNS_OPTION_HOSTSFILE, "/etc/resolv.conf");
    evdns_base_search_clear(r->dns);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        evdns_base_set_option(r->dns, options[i][0], options[i][1]);
    return r;
}

static void free_closed(struct resolve *r)
{
    if (!r->closed || !list_empty(&r->asked))
        return;
    evdns_base_free(r->dns, 0);
    free(r);
}

// evdns reads its base once more for each request that ends: so it is freed by the last answer.
void resolve_close(struct resolve *r)
{
    if (!r)
        return;
    r->closed = true;
    free_closed(r);
}

// ---- Questions

static void set_answer(struct resolve_query *q, const struct evutil_addrinfo *found, const char *why)
{
    static const unsigned char mapped[NETADDR] = {[10] = 0xff, [11] = 0xff};
    struct resolve_answer *a = &q->answer;
    for (; found && a->count < RESOLVE_MOST; found = found->ai_next) {
        const struct sockaddr_in *four = (const void *)found->ai_addr;
        const struct sockaddr_in6 *six = (const void *)found->ai_addr;
        unsigned char *ip = a->addresses[a->count];
        memcpy(ip, mapped, NETADDR);
        if (found->ai_family == AF_INET)
            memcpy(ip + 12, &four->sin_addr, 4);
        else if (found->ai_family == AF_INET6)
            memcpy(ip, &six->sin6_addr, NETADDR);
        a->count += found->ai_family == AF_INET || found->ai_family == AF_INET6;
    }
    a->why = a->count ? "" : why;
    loop_timer_set(q->timer, 0);
}

static void on_answer(int error, struct evutil_addrinfo *found, void *ctx)
{
    struct asked *a = ctx;
    struct resolve *r = a->resolve;
    if (a->query) {
        a->query->asked = NULL;
        set_answer(a->query, error ? NULL : found,
                   error == EVUTIL_EAI_NONAME ? "no such name" : "the name does not resolve");
    }
    if (found)
        evutil_freeaddrinfo(found);
    list_remove(&a->link);
    free(a);
    free_closed(r);
}

static void leave(struct resolve_query *q)
{
    struct asked *a = q->asked;
    q->asked = NULL;
    if (!a)
        return;
    a->query = NULL;
    evdns_getaddrinfo_cancel(a->request);
}

static void on_time(void *ctx)
{
    struct resolve_query *q = ctx;
    leave(q);
    q->done(q->ctx, &q->answer);
}

static void ask(struct resolve *r, const char *host, struct resolve_query *q)
{
    struct evutil_addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    struct asked *a = memory_new(sizeof *a);
    *a = (struct asked){.resolve = r, .query = q};
    list_add(&r->asked, &a->link);
    q->asked = a;
    struct evdns_getaddrinfo_request *request = evdns_getaddrinfo(r->dns, host, NULL, &hints, on_answer, a);
    if (q->asked)
        a->request = request;
}

struct resolve_query *resolve_start(struct resolve *r, const char *host, int64_t timeout_ms,
                                    void (*done)(void *ctx, const struct resolve_answer *answer), void *ctx)
{
    struct resolve_query *q = memory_new(sizeof *q);
    *q = (struct resolve_query){.done = done, .ctx = ctx, .answer.why = "timeout"};
    q->timer = loop_timer_new(r->loop, on_time, q);
    loop_timer_set(q->timer, timeout_ms);
    if (netaddr_parse(host, q->answer.addresses[0])) {
        q->answer.count = 1;
        q->answer.why = "";
        loop_timer_set(q->timer, 0);
    } else
        ask(r, host, q);
    return q;
}

void resolve_stop(struct resolve_query *q)
{
    if (!q)
        return;
    leave(q);
    loop_timer_free(q->timer);
    free(q);
}
