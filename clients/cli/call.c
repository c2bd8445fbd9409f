// SPDX-License-Identifier: EUPL-1.2
// Knows how a request reaches the server and what is done when the connection breaks.
#include "call.h"

#include "say.h"

#include "base/arena.h"
#include "base/clock.h"
#include "wire/seal.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MOST (256u << 20)
#define SILENCE_US (90 * INT64_C(1000000)) // longer than any heartbeat a server should have
#define WAIT_MOST_MS 5000
#define PATH_MOST 65536
#define COOKIE "__Host-entregent="

// How to go on after a refusal.
static const struct {
    enum err why;
    const char *text[2];
} ways[] = {
    {ERR_NO_TOKEN,
     {"Un jeton s'obtient par : entregent signin --email E", "A token is had by: entregent signin --email E"}},
    {ERR_BAD_TOKEN,
     {"Un autre jeton s'obtient par : entregent signin --email E",
      "Another token is had by: entregent signin --email E"}},
    {ERR_BAD_SIGNIN,
     {"Mot de passe oublié, ou aucun : entregent signin --email E --link envoie un lien.",
      "Password forgotten, or none: entregent signin --email E --link sends a link."}},
    {ERR_BAD_TICKET,
     {"Un autre lien : entregent signin --email E --link", "Another link: entregent signin --email E --link"}},
    {ERR_NEEDS_PERSON,
     {"Il faut un jeton personnel (entregent signin) ; avec celui d'une organisation, --shared fait ce qui est à elle.",
      "A personal token is needed (entregent signin); with an organisation's, --shared makes what is its own."}},
};

// The same for a field.
static const struct {
    const char *pointer, *text[2];
} hints[] = {
    {"/contact",
     {"    L'organisation dit comment la joindre : entregent organisation set --contact-email E",
      "    The organisation says how to reach it: entregent organisation set --contact-email E"}},
};

struct call {
    CURL *easy;
    const struct options *o;
    char *server;
    bool reached;      // a connection was made before
    bool held;         // interrupts are kept pending
    bool local;        // the server is this machine
    char session[128]; // the cookie, "" when there is none
    CURLcode code;     // of the last transfer
    char why[CURL_ERROR_SIZE];
};

// One transfer under way.
struct transfer {
    struct call *call;
    const struct request *request;
    struct answer *answer;
    curl_off_t moved; // bytes both ways, and when they last grew
    int64_t moved_at;
    bool ended;    // on_bytes or more wanted no more
    size_t paused; // the body waits: CALL_LATER, CALL_SOURCE, or 0
    bool brought;  // the answer brought something since
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

// Whether the host is this machine. What stands before it ("localhost@") or follows it ("127.0.0.1.example") is not it.
static bool loopback(const char *server)
{
    char *host = NULL;
    struct in_addr address;
    CURLU *url = curl_url();
    bool found = false;
    if (curl_url_set(url, CURLUPART_URL, server, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        found = strcasecmp(host, "localhost") == 0 || text_equal(host, "[::1]") ||
                (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
    curl_free(host);
    curl_url_cleanup(url);
    return found;
}

struct call *call_open(const struct options *o)
{
    const char *server = o->value[OPTION_SERVER], *cacert = o->value[OPTION_CACERT];
    if (cacert && access(cacert, R_OK) != 0) {
        say_no(o->lang, "--cacert : %s : lecture impossible (%s)", "--cacert: %s: cannot be read (%s)", cacert,
               strerror(errno));
        return NULL;
    }
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
    c->local = loopback(c->server);
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

void call_session(struct call *c, const char *session)
{
    snprintf(c->session, sizeof c->session, "%s", session);
}

bool call_local(const struct call *c)
{
    return c->local;
}

bool call_private(const struct call *c)
{
    if (c->local || text_starts(c->server, "https://"))
        return true;
    return say_no(c->o->lang, "aucun mot de passe ni lien ne part en clair : --server %s doit commencer par https://",
                  "no password and no link is sent in the clear: --server %s must start with https://", c->server);
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
    t->brought = true;
    curl_easy_getinfo(t->call->easy, CURLINFO_RESPONSE_CODE, &status);
    if (!t->request->on_bytes || status != 200) {
        text_add(&t->answer->body, bytes, n);
        return t->answer->body.full ? 0 : n;
    }
    t->ended = !t->request->on_bytes(t->request->ctx, bytes, n);
    return t->ended ? 0 : n;
}

static size_t on_room(char *bytes, size_t one, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    size_t given = t->request->more(t->request->ctx, bytes, n * one);
    t->ended = t->ended || given == CALL_ENOUGH;
    t->paused = given == CALL_LATER || given == CALL_SOURCE ? given : 0;
    return t->paused ? CURL_READFUNC_PAUSE : t->ended ? CURL_READFUNC_ABORT : given;
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
    if (down + up != t->moved || t->paused == CALL_SOURCE) {
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
    struct text who;
    const char *token = c->o->value[OPTION_TOKEN];
    text_init(&who, 8192);
    if (c->session[0]) {
        text_format(&who, COOKIE "%s", c->session);
        add_header(&list, "Cookie", text_string(&who));
        add_header(&list, "Entregent-Request", "1"); // not a page of somebody else's
    } else if (token && !r->open) {
        text_format(&who, "Bearer %s", token);
        add_header(&list, "Authorization", text_string(&who));
    }
    add_header(&list, "Accept-Language", c->o->lang == LANG_FR ? "fr" : "en");
    add_header(&list, "Accept",
               r->on_bytes && !r->more ? "text/event-stream" : "application/json, application/x-ndjson");
    add_header(&list, "Content-Type", r->type);
    add_header(&list, "Idempotency-Key", r->key);
    add_header(&list, "If-Match", r->etag);
    add_header(&list, "Last-Event-ID", r->since);
    // A body is only waited for where it may be long: one that is refused is not sent at all then.
    add_header(&list, "Expect", r->more ? "100-continue" : "");
    text_fini(&who);
    return list;
}

static void set_body(CURL *easy, const struct request *r, struct transfer *t)
{
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
    if (r->more) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L); // of unknown length: chunked
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 262144L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_room);
        curl_easy_setopt(easy, CURLOPT_READDATA, t);
        return;
    }
    if (text_equal(r->method, "GET")) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body ? r->body : "");
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
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, r->once || r->more || text_equal(r->method, "PUT") ? 1L : 0L);
    if (c->local) // no proxy leads there
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (c->o->value[OPTION_CACERT])
        curl_easy_setopt(easy, CURLOPT_CAINFO, c->o->value[OPTION_CACERT]);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, t);
    set_body(easy, r, t);
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

// Whether the last transfer had a server to talk to.
static bool connected(const struct call *c)
{
    return c->code != CURLE_COULDNT_CONNECT && c->code != CURLE_COULDNT_RESOLVE_HOST &&
           c->code != CURLE_COULDNT_RESOLVE_PROXY && c->code != CURLE_SSL_CONNECT_ERROR;
}

// What the headers of the answer say.
static void take_headers(const struct call *c, struct answer *a)
{
    struct curl_header *h;
    curl_off_t later = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &later);
    a->later = later > 86400 ? 86400 : (long)later;
    if (curl_easy_header(c->easy, "ETag", 0, CURLH_HEADER, -1, &h) == CURLHE_OK)
        snprintf(a->etag, sizeof a->etag, "%s", h->value);
    for (size_t i = 0; curl_easy_header(c->easy, "Set-Cookie", i, CURLH_HEADER, -1, &h) == CURLHE_OK; i++)
        if (text_starts(h->value, COOKIE)) {
            const char *value = h->value + sizeof COOKIE - 1;
            snprintf(a->session, sizeof a->session, "%.*s", (int)strcspn(value, ";"), value);
        }
}

// Whether it can be read without waiting; its end counts, which libcurl does not tell.
static bool has_something(int file)
{
    struct pollfd wait = {.fd = file, .events = POLLIN};
    return poll(&wait, 1, 0) != 0;
}

// Sends and receives at once; a body that waits goes on when there is something new.
static CURLcode perform_both(CURL *easy, struct transfer *t)
{
    CURLM *multi = curl_multi_init();
    CURLcode code = CURLE_OUT_OF_MEMORY;
    int running = 1, left;
    curl_multi_add_handle(multi, easy);
    while (curl_multi_perform(multi, &running) == CURLM_OK && running) {
        struct curl_waitfd source = {.fd = t->request->source, .events = CURL_WAIT_POLLIN};
        if (!t->paused || !t->brought)
            curl_multi_poll(multi, &source, t->paused == CALL_SOURCE, 200, NULL);
        if (t->paused && (t->brought || (t->paused == CALL_SOURCE && has_something(source.fd)))) {
            t->paused = 0;
            curl_easy_pause(easy, CURLPAUSE_CONT);
        }
        t->brought = false;
    }
    CURLMsg *end = curl_multi_info_read(multi, &left);
    if (end && end->msg == CURLMSG_DONE)
        code = end->data.result;
    curl_multi_remove_handle(multi, easy);
    curl_multi_cleanup(multi);
    return code;
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
    a->etag[0] = a->session[0] = c->why[0] = 0;
    c->code = r->more ? perform_both(c->easy, &t) : curl_easy_perform(c->easy);
    curl_slist_free_all(list);
    text_fini(&url);
    if (c->code != CURLE_OK && !c->why[0])
        snprintf(c->why, sizeof c->why, "%s", curl_easy_strerror(c->code));
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &a->status);
    if (c->code == CURLE_OK)
        take_headers(c, a);
    enum call_end end = sort_out(c, c->code, &t);
    c->reached = c->reached || (end != CALL_FAILED && connected(c));
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

static void say_patience(const struct call *c, int64_t retry)
{
    if (c->why[0])
        say_no(c->o->lang, "connexion à %s coupée (%s) ; nouveaux essais pendant %lld s",
               "connection to %s broken (%s); trying again for %lld s", c->server, c->why, (long long)retry);
    else
        say_no(c->o->lang, "le serveur demande d'attendre ; nouveaux essais pendant %lld s",
               "the server asks to wait; trying again for %lld s", (long long)retry);
}

bool call_pause(struct call *c, struct patience *p, long least_ms)
{
    int64_t now = clock_mono(), retry = option_number(c->o, OPTION_RETRY, 30);
    if (call_stopped(c) || (!c->reached && !option_given(c->o, OPTION_RETRY)))
        return false;
    bool first = !p->until;
    p->until = first ? now + retry * 1000000 : p->until;
    if (now >= p->until || least_ms > (p->until - now) / 1000)
        return false;
    if (first && !p->quiet)
        say_patience(c, retry);
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

enum result call_lost(const struct call *c, enum call_end end)
{
    if (end == CALL_STOPPED || call_stopped(c))
        return RESULT_STOPPED;
    if (c->code == CURLE_SSL_CACERT_BADFILE) {
        say_no(c->o->lang, "--cacert : %s : aucun certificat (PEM) lisible", "--cacert: %s: no certificate (PEM) in it",
               c->o->value[OPTION_CACERT]);
        return RESULT_USAGE;
    }
    say_no(c->o->lang, "le serveur %s n'est pas joignable : %s", "the server %s cannot be reached: %s", c->server,
           c->why);
    if (c->code == CURLE_PEER_FAILED_VERIFICATION)
        say_line(c->o->lang, "Un certificat privé se fait connaître par --cacert FILE ou ENTREGENT_CACERT.",
                 "A private certificate is made known by --cacert FILE or ENTREGENT_CACERT.");
    return RESULT_UNREACHABLE;
}

// The connection broke while it may have been at work.
static enum result doubtful(const struct call *c)
{
    enum result result = call_lost(c, CALL_BROKEN);
    if (result == RESULT_UNREACHABLE)
        say_line(c->o->lang, "Peut-être fait, peut-être non : voyez avant de recommencer.",
                 "Perhaps done, perhaps not: have a look before you do it again.");
    return result;
}

bool call_refused(const struct answer *a, enum err why)
{
    json_t *problem = json_loadb(text_string(&a->body), a->body.len, 0, NULL);
    const char *code = json_string_value(json_object_get(problem, "code"));
    bool is = a->status >= 400 && code && text_equal(code, err_word(why));
    json_decref(problem);
    return is;
}

// A try whose connection broke may still be under way: its key is in use until it is done.
static bool come_back(const struct request *r, const struct answer *a)
{
    return call_later(a->status) || (a->status == 409 && r->key && call_refused(a, ERR_BUSY_KEY));
}

enum result call_send(struct call *c, const struct request *r, struct answer *a)
{
    struct patience p = {0};
    a->broke = false;
    a->fields = r->fields;
    if ((r->secret || c->session[0]) && !call_private(c))
        return RESULT_USAGE;
    for (;;) {
        enum call_end end = call_once(c, r, a);
        if (end == CALL_ANSWERED && !come_back(r, a))
            return RESULT_DONE;
        if (end == CALL_FAILED || end == CALL_STOPPED)
            return call_lost(c, end);
        if (end == CALL_BROKEN && r->once && connected(c))
            return doubtful(c);
        a->broke = a->broke || (end == CALL_BROKEN && !text_equal(r->method, "GET"));
        if (!call_pause(c, &p, end == CALL_ANSWERED ? (a->later ? a->later * 1000 : 1000) : 0))
            return end == CALL_ANSWERED && !call_stopped(c) ? RESULT_DONE : call_lost(c, end);
    }
}

// "--kind" for "/kinds" or "/kinds/0" when the body was made of options; else NULL.
static const char *option_at(const struct option_field *fields, const char *pointer)
{
    size_t len = pointer && *pointer == '/' ? strcspn(pointer + 1, "/") : 0;
    for (; len && fields && fields->name; fields++)
        if (strlen(fields->name) == len && memcmp(fields->name, pointer + 1, len) == 0)
            return option_word(fields->option);
    return NULL;
}

static void tell_errors(enum lang lang, const struct option_field *fields, json_t *errors)
{
    size_t i;
    json_t *error;
    json_array_foreach(errors, i, error)
    {
        const char *pointer = json_string_value(json_object_get(error, "pointer"));
        const char *detail = json_string_value(json_object_get(error, "detail")), *option = option_at(fields, pointer);
        say_line(lang, "  %s%s : %s", "  %s%s: %s", option ? "--" : "",
                 option    ? option
                 : pointer ? pointer
                           : "",
                 detail ? detail : "");
        for (size_t h = 0; h < sizeof hints / sizeof *hints; h++)
            if (pointer && text_equal(pointer, hints[h].pointer))
                say_line(lang, "%s", "%s", hints[h].text[lang]);
    }
}

static void tell_way_out(enum lang lang, const struct answer *a)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (call_refused(a, ways[i].why))
            say_line(lang, "%s", "%s", ways[i].text[lang]);
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
        tell_errors(o->lang, a->fields, json_object_get(problem, "errors"));
        tell_way_out(o->lang, a);
    }
    json_decref(problem);
    if (a->broke && (a->status == 404 || a->status == 412 || a->status == 428))
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

void call_path(struct text *out, const char *folder, const char *id, const char *rest)
{
    text_init(out, PATH_MOST);
    text_put(out, folder);
    call_escape(out, id);
    text_put(out, rest);
}

void call_query(struct text *path, const char *name, const char *value)
{
    if (!value)
        return;
    text_format(path, "%c%s=", strchr(text_string(path), '?') ? '&' : '?', name);
    call_escape(path, value);
}
