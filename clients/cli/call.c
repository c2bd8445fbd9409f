// SPDX-License-Identifier: EUPL-1.2
// Knows how a request reaches the server and what is done when the connection breaks.
#include "call.h"

#include "say.h"

#include "base/arena.h"
#include "base/clock.h"
#include "wire/seal.h"

#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ANSWER_MOST (256u << 20)
#define SILENCE_US (90 * INT64_C(1000000)) // longer than any heartbeat a server should have
#define WAIT_MOST_MS 5000

struct call {
    CURL *easy;
    const struct options *o;
    char *server;
    bool reached; // a connection was made before
    bool held;    // interrupts are kept pending
    char why[CURL_ERROR_SIZE];
};

// One transfer under way.
struct transfer {
    struct call *call;
    const struct request *request;
    struct answer *answer;
    curl_off_t moved; // bytes both ways, and when they last grew
    int64_t moved_at;
    bool ended; // on_bytes wanted no more
};

void call_answer_init(struct answer *a)
{
    *a = (struct answer){0};
    text_init(&a->body, ANSWER_MOST);
}

void call_answer_fini(struct answer *a)
{
    text_fini(&a->body);
}

struct call *call_open(const struct options *o)
{
    const char *server = o->value[OPTION_SERVER];
    if (!text_starts(server, "http://") && !text_starts(server, "https://")) {
        say_no(o->lang, "l'adresse du serveur commence par http:// ou https:// : %s",
               "the server's address starts with http:// or https://: %s", server);
        return NULL;
    }
    struct call *c = memory_new(sizeof *c);
    c->o = o;
    c->server = memory_string(server);
    for (size_t len = strlen(c->server); len && c->server[len - 1] == '/'; len--)
        c->server[len - 1] = 0;
    seal_init();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    c->easy = curl_easy_init();
    return c;
}

void call_close(struct call *c)
{
    if (!c)
        return;
    curl_easy_cleanup(c->easy);
    curl_global_cleanup();
    free(c->server);
    free(c);
}

bool call_reached(const struct call *c)
{
    return c->reached;
}

const char *call_why(const struct call *c)
{
    return c->why;
}

static size_t on_body(char *bytes, size_t one, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    long status = 0;
    n *= one;
    curl_easy_getinfo(t->call->easy, CURLINFO_RESPONSE_CODE, &status);
    if (!t->request->on_bytes || status != 200) {
        text_add(&t->answer->body, bytes, n);
        return t->answer->body.full ? 0 : n;
    }
    t->ended = !t->request->on_bytes(t->request->ctx, bytes, n);
    return t->ended ? 0 : n;
}

static size_t on_header(char *line, size_t one, size_t n, void *ctx)
{
    const struct transfer *t = ctx;
    long status = 0;
    n *= one;
    if (n == 2 && line[0] == '\r' && t->request->on_open) {
        curl_easy_getinfo(t->call->easy, CURLINFO_RESPONSE_CODE, &status);
        if (status == 200)
            t->request->on_open(t->request->ctx);
    }
    return n;
}

static int on_progress(void *ctx, curl_off_t down_most, curl_off_t down, curl_off_t up_most, curl_off_t up)
{
    struct transfer *t = ctx;
    (void)down_most, (void)up_most;
    int64_t now = clock_mono();
    if (down + up != t->moved) {
        t->moved = down + up;
        t->moved_at = now;
    }
    return call_stopped(t->call) || now - t->moved_at > SILENCE_US;
}

static void add_header(struct curl_slist **list, const char *name, const char *value)
{
    if (!value)
        return;
    struct text line;
    text_init(&line, 8192);
    text_format(&line, "%s: %s", name, value);
    struct curl_slist *longer = line.full ? NULL : curl_slist_append(*list, text_string(&line));
    if (longer)
        *list = longer;
    text_fini(&line);
}

static struct curl_slist *headers(const struct call *c, const struct request *r)
{
    struct curl_slist *list = NULL;
    struct text bearer;
    text_init(&bearer, 8192);
    text_format(&bearer, "Bearer %s", c->o->value[OPTION_TOKEN] ? c->o->value[OPTION_TOKEN] : "");
    add_header(&list, "Authorization", c->o->value[OPTION_TOKEN] ? text_string(&bearer) : NULL);
    add_header(&list, "Accept-Language", c->o->lang == LANG_FR ? "fr" : "en");
    add_header(&list, "Accept", r->on_bytes ? "text/event-stream" : "application/json, application/x-ndjson");
    add_header(&list, "Content-Type", r->type);
    add_header(&list, "Idempotency-Key", r->key);
    add_header(&list, "If-Match", r->etag);
    add_header(&list, "Last-Event-ID", r->since);
    add_header(&list, "Expect", ""); // no waiting for 100 Continue
    text_fini(&bearer);
    return list;
}

static void set_body(CURL *easy, const struct request *r)
{
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
    if (text_equal(r->method, "GET")) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body ? r->body : "");
}

// Whether the server is this machine: no proxy leads there.
static bool local(const char *server)
{
    const char *host = strstr(server, "//") + 2;
    return text_starts(host, "127.") || text_starts(host, "localhost") || text_starts(host, "[::1]");
}

static void prepare(struct call *c, const struct request *r, struct transfer *t, const char *url)
{
    CURL *easy = c->easy;
    curl_easy_reset(easy); // keeps the connection
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "entregent/" ENTREGENT_VERSION);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->why);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, r->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    // Where a request has no key, a kept connection that died must be noticed: libcurl would repeat without telling.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, text_equal(r->method, "PUT") ? 1L : 0L);
    if (local(c->server))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, t);
    set_body(easy, r);
}

static enum call_end sort_out(const struct call *c, CURLcode code, const struct transfer *t)
{
    static const CURLcode broken[] = {
        CURLE_COULDNT_CONNECT,    CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
        CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR,           CURLE_RECV_ERROR,
        CURLE_GOT_NOTHING,        CURLE_PARTIAL_FILE,         CURLE_SSL_CONNECT_ERROR,
    };
    if (code == CURLE_OK || t->ended)
        return CALL_ANSWERED;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return call_stopped(c) ? CALL_STOPPED : CALL_BROKEN;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        if (code == broken[i])
            return CALL_BROKEN;
    return CALL_FAILED;
}

enum call_end call_once(struct call *c, const struct request *r, struct answer *a)
{
    struct transfer t = {.call = c, .request = r, .answer = a, .moved_at = clock_mono()};
    struct text url;
    text_init(&url, 65536);
    text_format(&url, "%s%s", c->server, r->path);
    prepare(c, r, &t, text_string(&url));
    struct curl_slist *list = headers(c, r);
    curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, list);
    text_clear(&a->body);
    a->status = a->later = 0;
    a->etag[0] = c->why[0] = 0;
    CURLcode code = curl_easy_perform(c->easy);
    curl_slist_free_all(list);
    text_fini(&url);
    if (code != CURLE_OK && !c->why[0])
        snprintf(c->why, sizeof c->why, "%s", curl_easy_strerror(code));
    struct curl_header *etag;
    curl_off_t later = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &a->status);
    curl_easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &later);
    a->later = later > 86400 ? 86400 : (long)later;
    if (code == CURLE_OK && curl_easy_header(c->easy, "ETag", 0, CURLH_HEADER, -1, &etag) == CURLHE_OK)
        snprintf(a->etag, sizeof a->etag, "%s", etag->value);
    enum call_end end = sort_out(c, code, &t);
    c->reached = c->reached || (end != CALL_FAILED && code != CURLE_COULDNT_CONNECT &&
                                code != CURLE_COULDNT_RESOLVE_HOST && code != CURLE_COULDNT_RESOLVE_PROXY);
    return end;
}

bool call_later(long status)
{
    return status == 408 || status == 429 || (status >= 502 && status <= 504);
}

// Sleeps, in pieces so that an interrupt that is held back is seen soon.
static bool sleep_ms(const struct call *c, int64_t ms)
{
    for (; ms > 0 && !call_stopped(c); ms -= 100) {
        struct timespec piece = {.tv_nsec = (ms < 100 ? ms : 100) * 1000000};
        nanosleep(&piece, NULL);
    }
    return !call_stopped(c);
}

bool call_pause(struct call *c, struct patience *p, long least_ms)
{
    int64_t now = clock_mono(), retry = option_number(c->o, OPTION_RETRY, 30);
    if (call_stopped(c) || (!c->reached && !option_given(c->o, OPTION_RETRY)))
        return false;
    if (!p->until) {
        p->until = now + retry * 1000000;
        if (retry && c->why[0] && !p->quiet)
            say_no(c->o->lang, "connexion à %s coupée (%s) ; nouveaux essais pendant %lld s",
                   "connection to %s broken (%s); trying again for %lld s", c->server, c->why, (long long)retry);
        else if (retry && !p->quiet)
            say_no(c->o->lang, "le serveur demande d'attendre ; nouveaux essais pendant %lld s",
                   "the server asks to wait; trying again for %lld s", (long long)retry);
    }
    if (now >= p->until)
        return false;
    int64_t wait = p->first_ms ? p->first_ms : 200;
    for (int i = 0; i < p->tries && wait < WAIT_MOST_MS; i++)
        wait = wait * 2 < WAIT_MOST_MS ? wait * 2 : WAIT_MOST_MS;
    p->tries++;
    wait = wait / 2 + seal_below((uint32_t)(wait / 2 + 1)); // spread, so that not all clients come back at once
    if (wait < least_ms)
        wait = least_ms;
    if (wait > (p->until - now) / 1000)
        wait = (p->until - now) / 1000 + 1; // one last try at the end
    return sleep_ms(c, wait);
}

static enum result unreachable(const struct call *c, enum call_end end)
{
    if (end == CALL_STOPPED || call_stopped(c))
        return RESULT_STOPPED;
    say_no(c->o->lang, "le serveur %s n'est pas joignable : %s", "the server %s cannot be reached: %s", c->server,
           c->why);
    return RESULT_UNREACHABLE;
}

// A try whose connection broke may still be under way: its key is in use until it is done.
static bool come_back(const struct request *r, const struct answer *a)
{
    return call_later(a->status) ||
           (a->status == 409 && r->key && strstr(text_string(&a->body), err_word(ERR_BUSY_KEY)));
}

enum result call_send(struct call *c, const struct request *r, struct answer *a)
{
    struct patience p = {0};
    a->broke = false;
    for (;;) {
        enum call_end end = call_once(c, r, a);
        if (end == CALL_ANSWERED && !come_back(r, a))
            return RESULT_DONE;
        a->broke = a->broke || end == CALL_BROKEN;
        if (end == CALL_FAILED || end == CALL_STOPPED)
            return unreachable(c, end);
        if (!call_pause(c, &p, end == CALL_ANSWERED ? (a->later ? a->later * 1000 : 1000) : 0))
            return end == CALL_ANSWERED && !call_stopped(c) ? RESULT_DONE : unreachable(c, end);
    }
}

static void tell_errors(enum lang lang, json_t *errors)
{
    size_t i;
    json_t *error;
    json_array_foreach(errors, i, error)
    {
        const char *pointer = json_string_value(json_object_get(error, "pointer"));
        const char *detail = json_string_value(json_object_get(error, "detail"));
        say_line(lang, "  %s : %s", "  %s: %s", pointer ? pointer : "", detail ? detail : "");
    }
}

enum result call_problem(const struct options *o, const struct answer *a)
{
    enum result result = a->status >= 500 || a->status < 400 ? RESULT_SERVER : RESULT_REFUSED;
    json_t *problem = json_loadb(text_string(&a->body), a->body.len, JSON_REJECT_DUPLICATES, NULL);
    const char *title = json_string_value(json_object_get(problem, "title"));
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    if (!title)
        say_no(o->lang, "le serveur répond %ld sans dire pourquoi", "the server answers %ld without saying why",
               a->status);
    else if (option_given(o, OPTION_JSON)) {
        json_dumpf(problem, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        const char *hole = strstr(title, "…"); // the detail is the title with what it is about, or something else
        bool both = detail && strncmp(detail, title, hole ? (size_t)(hole - title) : strlen(title)) != 0;
        say_no(o->lang, "%s%s%s (%ld)", "%s%s%s (%ld)", both || !detail ? title : detail, both ? " " : "",
               both ? detail : "", a->status);
        tell_errors(o->lang, json_object_get(problem, "errors"));
    }
    json_decref(problem);
    if (a->broke && (a->status == 412 || a->status == 428))
        say_line(o->lang,
                 "La connexion avait été coupée : il se peut que votre modification soit déjà faite ; relisez.",
                 "The connection had broken: your change may have been made already; have a look.");
    return result;
}

enum result call_ask(struct call *c, const struct request *r, struct answer *a)
{
    enum result result = call_send(c, r, a);
    if (result == RESULT_DONE && (a->status < 200 || a->status > 299))
        return call_problem(c->o, a);
    return result;
}

static sigset_t interrupts(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void call_hold(struct call *c)
{
    sigset_t set = interrupts();
    c->held = true;
    sigprocmask(SIG_BLOCK, &set, NULL);
}

bool call_stopped(const struct call *c)
{
    sigset_t pending;
    return c->held && sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

void call_release(struct call *c)
{
    sigset_t set = interrupts();
    c->held = false;
    sigprocmask(SIG_UNBLOCK, &set, NULL); // one that is pending ends the process here
}

void call_escape(struct text *out, const char *s)
{
    for (; *s; s++)
        if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || strchr("-_.~", *s))
            text_byte(out, *s);
        else
            text_format(out, "%%%02X", (unsigned char)*s);
}
