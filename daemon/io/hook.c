// SPDX-License-Identifier: EUPL-1.2
// Knows how a webhook is sent to a stranger's URL: name, judgement, one connection, status.
#include "io/hook.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/text.h"
#include "io/resolve.h"
#include "io/transfer.h"
#include "wire/forwarded.h"
#include "wire/relay.h"
#include "wire/webhook.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SLOTS 256
#define STANDARD_MS 20000
#define LONGEST_HEAD 65536
#define LONGEST_BODY 65536
#define KEPT_CA_S 3600L

struct hook {
    struct loop *loop;
    struct transfer_pool *pool;
    struct resolve *resolve;
    struct list jobs;
    int count;
    // Options
    char *ca;
    int64_t timeout_ms;
    struct forwarded_nets networks;
};

struct job {
    struct list link;
    struct hook *hook;
    struct arena *arena;
    struct webhook_url at;
    const char *url, *body;
    size_t len;
    struct curl_slist *fields, *pins;
    void (*done)(void *ctx, enum hook_outcome outcome, const char *said, const char *body);
    void *ctx;
    struct resolve_query *query;
    struct transfer *transfer;
    CURL *easy;               // the transfer's
    struct loop_timer *timer; // of what ends at once
    int64_t deadline_us;
    struct resolve_answer to; // the addresses that were judged
    char said[HOOK_SAID];     // what is wrong, when that is known
    // The answer
    size_t head, got; // bytes of header and body
    long status;      // 0 until the header is whole
    char begin[HOOK_BODY - 1];
};

// ---- How a job ends

static void free_job(struct job *j)
{
    list_remove(&j->link);
    j->hook->count--;
    resolve_stop(j->query);
    transfer_free(j->transfer);
    loop_timer_free(j->timer);
    curl_slist_free_all(j->fields);
    curl_slist_free_all(j->pins);
    arena_free(j->arena);
    free(j);
}

static void finish(struct job *j, enum hook_outcome outcome)
{
    void (*done)(void *ctx, enum hook_outcome outcome, const char *said, const char *body) = j->done;
    void *ctx = j->ctx;
    char said[HOOK_SAID], body[HOOK_BODY];
    size_t len = outcome == HOOK_DONE ? 0 : j->got < sizeof j->begin ? j->got : sizeof j->begin;
    relay_mask(j->said, strlen(j->said), said, sizeof said);
    relay_mask(j->begin, len, body, sizeof body);
    free_job(j);
    done(ctx, outcome, said, body);
}

static void on_time(void *ctx)
{
    finish(ctx, HOOK_AGAIN);
}

// Ends the job from the loop.
static void refuse(struct job *j, const char *why)
{
    snprintf(j->said, sizeof j->said, "%s", why);
    loop_timer_set(j->timer, 0);
}

// ---- The answer

static size_t on_head(char *line, size_t size, size_t count, void *ctx)
{
    struct job *j = ctx;
    long status = 0;
    size_t len = size * count;
    j->head += len;
    if (j->head > LONGEST_HEAD) {
        snprintf(j->said, sizeof j->said, "the header is over %d bytes", LONGEST_HEAD);
        return 0;
    }
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &status);
    // The empty line; behind "100 Continue" and the like another header follows.
    if (len <= 2 && (*line == '\r' || *line == '\n') && status >= 200)
        j->status = status;
    return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct job *j = ctx;
    size_t len = size * count, room = j->got < sizeof j->begin ? sizeof j->begin - j->got : 0;
    memcpy(j->begin + (sizeof j->begin - room), bytes, len < room ? len : room);
    j->got += len;
    return j->got > LONGEST_BODY ? 0 : len;
}

static void on_answer(void *ctx, const struct transfer_result *r)
{
    static const char prefix[] = "SSL certificate problem: ";
    struct job *j = ctx;
    if (j->status)
        snprintf(j->said, sizeof j->said, "HTTP %ld", j->status);
    else if (r->code == CURLE_OPERATION_TIMEDOUT)
        snprintf(j->said, sizeof j->said, "timeout");
    else if (!*j->said)
        snprintf(j->said, sizeof j->said, "%s",
                 !*r->why ? "no answer" : r->why + (text_starts(r->why, prefix) ? sizeof prefix - 1 : 0));
    finish(j, j->status == 410 ? HOOK_GONE : j->status >= 200 && j->status < 300 ? HOOK_DONE : HOOK_AGAIN);
}

// ---- Where it may go

// NULL, or why not.
static const char *judge(struct job *j)
{
    bool ours = true;
    for (size_t i = 0; i < j->to.count; i++) {
        char text[NETADDR_TEXT];
        netaddr_text(j->to.addresses[i], text);
        bool allowed = forwarded_within(&j->hook->networks, text);
        if (!allowed && !netaddr_public(j->to.addresses[i]))
            return arena_format(j->arena, "forbidden address %s", text);
        ours = ours && allowed;
    }
    if (!ours && !j->at.tls)
        return "forbidden without TLS";
    return ours || webhook_port(j->at.port) ? NULL : arena_format(j->arena, "forbidden port %d", j->at.port);
}

static bool is_judged(const struct job *j, const struct curl_sockaddr *a)
{
    unsigned char ip[NETADDR] = {[10] = 0xff, [11] = 0xff};
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    int port;
    if (a->family == AF_INET) {
        memcpy(&four, &a->addr, sizeof four);
        memcpy(ip + 12, &four.sin_addr, 4);
        port = ntohs(four.sin_port);
    } else if (a->family == AF_INET6 && a->addrlen >= sizeof six) {
        memcpy(&six, (const void *)&a->addr, sizeof six);
        memcpy(ip, &six.sin6_addr, NETADDR);
        port = ntohs(six.sin6_port);
    } else
        return false;
    bool judged = false;
    for (size_t i = 0; i < j->to.count; i++)
        judged = judged || memcmp(j->to.addresses[i], ip, NETADDR) == 0;
    return judged && port == j->at.port;
}

// Whatever libcurl makes of the URL and its pins, no socket is opened to anywhere else.
static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct job *j = ctx;
    if (purpose == CURLSOCKTYPE_IPCXN && is_judged(j, a))
        return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
    snprintf(j->said, sizeof j->said, "forbidden address");
    return CURL_SOCKET_BAD;
}

// libcurl resolves no name by itself.
static int on_resolve(void *state, void *reserved, void *ctx)
{
    (void)state, (void)reserved;
    struct job *j = ctx;
    return !j->at.literal;
}

// "+host:port:address,address": taken instead of a question, and forgotten after a minute.
static void pin(struct job *j)
{
    struct text t;
    if (j->at.literal)
        return;
    text_init(&t, 8192);
    text_format(&t, "+%s:%d:", j->at.host, j->at.port);
    for (size_t i = 0; i < j->to.count; i++) {
        char text[NETADDR_TEXT];
        netaddr_text(j->to.addresses[i], text);
        text_format(&t, strchr(text, ':') ? "%s[%s]" : "%s%s", i ? "," : "", text);
    }
    j->pins = curl_slist_append(j->pins, text_string(&t));
    text_fini(&t);
}

// ---- The attempt

static void connect_safely(struct job *j, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, j->at.tls ? "https" : "http");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_RESOLVE, j->pins);
    curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, on_resolve);
    curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, j);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, j);
    // The next attempt is judged again, and must not find a connection of this one.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    // Without a folder libcurl keeps what it has read of the file; to read it each time would hold the loop up.
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, KEPT_CA_S);
    if (*j->hook->ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, j->hook->ca);
}

static void go(struct job *j)
{
    CURL *easy = j->easy = curl_easy_init();
    int64_t left_ms = (j->deadline_us - clock_mono()) / 1000;
    if (!easy)
        log_die("hook", "libcurl does not start");
    pin(j);
    connect_safely(j, easy);
    curl_easy_setopt(easy, CURLOPT_URL, j->url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "Entregent/" ENTREGENT_VERSION);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, j->fields);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)j->len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, j->body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, j);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, j);
    j->transfer = transfer_start(j->hook->pool, easy, left_ms > 1 ? left_ms : 1, on_answer, j);
}

static void on_resolved(void *ctx, const struct resolve_answer *answer)
{
    struct job *j = ctx;
    j->to = *answer;
    const char *why = answer->count ? judge(j) : answer->why;
    resolve_stop(j->query);
    j->query = NULL;
    if (why)
        refuse(j, why);
    else
        go(j);
}

static void add_field(struct job *j, const char *name, const char *value)
{
    j->fields = curl_slist_append(j->fields, arena_format(j->arena, "%s:%s%s", name, *value ? " " : "", value));
}

static void fill(struct job *j, const struct hook_post *post)
{
    j->url = arena_string(j->arena, post->url);
    j->body = arena_copy(j->arena, post->body, post->len);
    j->len = post->len;
    add_field(j, "Content-Type", "application/json");
    add_field(j, "webhook-id", post->id);
    add_field(j, "webhook-timestamp", arena_format(j->arena, "%lld", (long long)post->timestamp));
    add_field(j, "webhook-signature", post->signature);
    add_field(j, "Expect", ""); // none: a large body goes at once
}

void hook_send(struct hook *h, const struct hook_post *post,
               void (*done)(void *ctx, enum hook_outcome outcome, const char *said, const char *body), void *ctx)
{
    struct job *j = memory_new(sizeof *j);
    bool free_slot = hook_free_slot(h);
    *j = (struct job){.hook = h, .arena = arena_new(), .done = done, .ctx = ctx};
    j->timer = loop_timer_new(h->loop, on_time, j);
    j->deadline_us = clock_mono() + h->timeout_ms * 1000;
    list_add(&h->jobs, &j->link);
    h->count++;
    fill(j, post);
    if (!free_slot)
        refuse(j, "too many webhooks under way");
    else if (webhook_url(post->url, true, &j->at) != ERR_OK)
        refuse(j, "the URL cannot receive webhooks");
    else
        j->query = resolve_start(h->resolve, j->at.host, h->timeout_ms, on_resolved, j);
}

// ---- The module's own

void hook_set(struct hook *h, const struct hook_options *o)
{
    free(h->ca);
    h->ca = memory_string(o->ca);
    h->timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : STANDARD_MS;
    if (!forwarded_nets(o->networks, &h->networks))
        log_error("hook", "no networks: %s", o->networks);
}

struct hook *hook_new(struct loop *l, const struct hook_options *o)
{
    struct hook *h = memory_new(sizeof *h);
    *h = (struct hook){.loop = l, .pool = transfer_pool_new(l), .resolve = resolve_open(l, o->nameservers)};
    list_init(&h->jobs);
    hook_set(h, o);
    return h;
}

void hook_free(struct hook *h)
{
    if (!h)
        return;
    while (!list_empty(&h->jobs))
        free_job(LIST_ITEM(h->jobs.next, struct job, link));
    transfer_pool_free(h->pool);
    resolve_close(h->resolve);
    free(h->ca);
    free(h);
}

bool hook_free_slot(const struct hook *h)
{
    return h->count < SLOTS;
}
