// SPDX-License-Identifier: EUPL-1.2
// Knows how a mail is handed over: libcurl connects, encrypts and signs in; then the mail goes in four steps on the
// loop.
#include "io/mailer.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "io/spool.h"
#include "io/transfer.h"
#include "wire/relay.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS 10
#define STANDARD_MS 30000
#define LONGEST_ANSWER 65536
#define LONGEST_PASSWORD 1024

struct mailer {
    struct loop *loop;
    struct transfer_pool *pool;
    struct arena *arena; // of the options
    struct mailer_options options;
    struct list jobs;
    int count;
};

struct job {
    struct list link;
    struct mailer *mailer;
    struct arena *arena;
    const char *from, *to, *message;
    size_t len;
    void (*done)(void *ctx, enum err err, const char *said);
    void *ctx;
    struct transfer *transfer;
    CURL *easy;               // the transfer's
    struct event *event;      // of the connection, once libcurl has made it
    struct loop_timer *timer; // the deadline; at once when it is over
    int64_t deadline_us;
    enum relay_step step;
    struct text out, in;
    size_t sent; // of out
    bool over;   // err and said are known
    enum err err;
    char said[RELAY_SAID];
};

static const char lost[] = "the relay closed the connection";

// How a job ends

static void free_job(struct job *j)
{
    list_remove(&j->link);
    j->mailer->count--;
    if (j->event)
        event_free(j->event);
    j->event = NULL;
    transfer_free(j->transfer);
    loop_timer_free(j->timer);
    text_fini(&j->out);
    text_fini(&j->in);
    arena_free(j->arena);
    free(j);
}

static void finish(struct job *j, enum err err, const char *said)
{
    void (*done)(void *ctx, enum err err, const char *said) = j->done;
    void *ctx = j->ctx;
    char copy[RELAY_SAID];
    snprintf(copy, sizeof copy, "%s", said);
    free_job(j);
    done(ctx, err, copy);
}

// Ends the job from the loop: where its caller, or libcurl, is still at work.
static void finish_later(struct job *j, enum err err, const char *said)
{
    j->over = true;
    j->err = err;
    relay_mask(said, strlen(said), j->said, sizeof j->said);
    loop_timer_set(j->timer, 0);
}

static void on_time(void *ctx)
{
    static const char *const steps[RELAY_STEPS] = {"the sender", "the recipient", "DATA", "the mail"};
    struct job *j = ctx;
    char said[RELAY_SAID];
    snprintf(said, sizeof said, "no answer in time to %s", steps[j->step]);
    finish(j, j->over ? j->err : ERR_UNAVAILABLE, j->over ? j->said : said);
}

// The mail's own steps

static void on_ready(evutil_socket_t fd, short what, void *ctx);

static void watch(struct job *j, curl_socket_t fd, bool writes)
{
    if (j->event)
        event_free(j->event);
    j->event =
        event_new(loop_base(j->mailer->loop), fd, (short)(EV_READ | (writes ? EV_WRITE : 0) | EV_PERSIST), on_ready, j);
    event_add(j->event, NULL);
}

// False when the connection is lost.
static bool push(struct job *j, curl_socket_t fd)
{
    CURLcode code = CURLE_OK;
    while (j->sent < j->out.len && code == CURLE_OK) {
        size_t n = 0;
        code = curl_easy_send(j->easy, j->out.data + j->sent, j->out.len - j->sent, &n);
        j->sent += code == CURLE_OK ? n : 0;
    }
    if (code != CURLE_OK && code != CURLE_AGAIN)
        return false;
    watch(j, fd, code == CURLE_AGAIN);
    return true;
}

// False when the job has ended.
static bool begin_step(struct job *j, curl_socket_t fd, enum relay_step step)
{
    j->step = step;
    j->sent = 0;
    text_clear(&j->out);
    if (relay_say(&j->out, step, j->from, j->to, j->message, j->len) != ERR_OK) {
        finish(j, ERR_INVALID, "not a mail address");
        return false;
    }
    bool good = push(j, fd);
    if (!good)
        finish(j, ERR_UNAVAILABLE, lost);
    return good;
}

// Politely, but nobody waits for what the relay says to it.
static void say_goodbye(struct job *j)
{
    size_t n;
    (void)curl_easy_send(j->easy, "QUIT\r\n", 6, &n);
}

// What the relay has said so far. False when the job has ended.
static bool answer(struct job *j, curl_socket_t fd)
{
    struct relay_reply reply;
    int used = relay_reply(text_string(&j->in), j->in.len, &reply);
    if (used == 0 && !j->in.full)
        return true;
    bool goes_on = used > 0 && relay_goes_on(j->step, &reply);
    // What comes unasked would be taken for the answer to the next step.
    if (used <= 0 || (size_t)used < j->in.len || (goes_on && j->sent < j->out.len)) {
        finish(j, ERR_UNAVAILABLE, "the relay does not speak SMTP");
        return false;
    }
    text_clear(&j->in);
    if (goes_on && j->step < RELAY_BODY)
        return begin_step(j, fd, j->step + 1);
    say_goodbye(j);
    finish(j, goes_on ? ERR_OK : relay_refusal(j->step, &reply), reply.said);
    return false;
}

static void on_ready(evutil_socket_t fd, short what, void *ctx)
{
    struct job *j = ctx;
    char bytes[4096];
    size_t n = 0;
    CURLcode code = CURLE_OK;
    if ((what & EV_WRITE) && !push(j, fd)) {
        finish(j, ERR_UNAVAILABLE, lost);
        return;
    }
    while ((code = curl_easy_recv(j->easy, bytes, sizeof bytes, &n)) == CURLE_OK && n > 0) {
        text_add(&j->in, bytes, n);
        if (!answer(j, fd))
            return;
    }
    if (code != CURLE_AGAIN)
        finish(j, ERR_UNAVAILABLE, lost);
}

// The connection, by libcurl

static void on_connected(void *ctx, const struct transfer_result *r)
{
    struct job *j = ctx;
    curl_socket_t fd = CURL_SOCKET_BAD;
    char said[RELAY_SAID];
    if (r->code != CURLE_OK || curl_easy_getinfo(j->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
        fd == CURL_SOCKET_BAD) {
        relay_mask(r->why, strlen(r->why), said, sizeof said);
        finish(j, ERR_UNAVAILABLE, *j->said ? j->said : *said ? said : lost);
        return;
    }
    loop_timer_set(j->timer, (j->deadline_us - clock_mono()) / 1000);
    (void)begin_step(j, fd, RELAY_MAIL);
}

// Each line the relay says before the mail; the last one that refuses says more than libcurl.
static size_t on_line(char *line, size_t size, size_t count, void *ctx)
{
    struct job *j = ctx;
    size_t len = size * count;
    while (len > 0 && strchr("\r\n", line[len - 1]))
        len--;
    relay_mask(line, len > 0 && (*line == '4' || *line == '5') ? len : 0, j->said, sizeof j->said);
    return size * count;
}

// libcurl closes a connection it finds dead when another mail looks for one; the loop must not watch it any more.
static int on_close(void *ctx, curl_socket_t fd)
{
    struct job *j = ctx;
    if (j->event && event_get_fd(j->event) == fd) {
        event_free(j->event);
        j->event = NULL;
        finish_later(j, ERR_UNAVAILABLE, lost);
    }
    return close(fd);
}

// NULL, or what is wrong.
static const char *read_password(const char *path, char out[static LONGEST_PASSWORD])
{
    struct stat st;
    if (!*path)
        return "is not given";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return strerror(errno);
    ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, out, LONGEST_PASSWORD) : -1;
    close(fd);
    if (n < 0)
        return "is no file that can be read";
    if (n == LONGEST_PASSWORD)
        return "is too long";
    out[n] = 0;
    out[strcspn(out, "\r\n")] = 0;
    return *out ? NULL : "is empty";
}

static bool sign_in(struct job *j, const struct mailer_options *o)
{
    char password[LONGEST_PASSWORD];
    const char *wrong = read_password(o->password_file, password);
    if (wrong) {
        finish_later(j, ERR_UNAVAILABLE, arena_format(j->arena, "smtp_password_file %s: %s", o->password_file, wrong));
        return false;
    }
    curl_easy_setopt(j->easy, CURLOPT_USERNAME, o->user);
    curl_easy_setopt(j->easy, CURLOPT_PASSWORD, password);
    explicit_bzero(password, sizeof password);
    return true;
}

static void go(struct job *j, const struct mailer_options *o)
{
    CURL *easy = j->easy = curl_easy_init();
    if (!easy)
        log_die("mailer", "libcurl does not start");
    if (*o->user && !sign_in(j, o)) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_URL, o->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    // Connected, encrypted and signed in, the rest is ours: libcurl's own way of sending a mail waits for the relay's
    // last answer without the loop.
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(o->insecure ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*o->ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, o->ca);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, j);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, j);
    j->deadline_us = clock_mono() + o->timeout_ms * 1000;
    j->transfer = transfer_start(j->mailer->pool, easy, o->timeout_ms, on_connected, j);
}

// The module's own

void mailer_set(struct mailer *m, const struct mailer_options *o)
{
    struct arena *arena = arena_new();
    struct mailer_options copy = *o;
    copy.timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : STANDARD_MS;
    copy.url = arena_string(arena, o->url);
    copy.user = arena_string(arena, o->user);
    copy.password_file = arena_string(arena, o->password_file);
    copy.ca = arena_string(arena, o->ca ? o->ca : "");
    copy.folder = arena_string(arena, o->folder);
    arena_free(m->arena);
    m->arena = arena;
    m->options = copy;
}

struct mailer *mailer_new(struct loop *l, const struct mailer_options *o)
{
    struct mailer *m = memory_new(sizeof *m);
    *m = (struct mailer){.loop = l, .pool = transfer_pool_new(l)};
    list_init(&m->jobs);
    mailer_set(m, o);
    return m;
}

void mailer_free(struct mailer *m)
{
    if (!m)
        return;
    while (!list_empty(&m->jobs))
        free_job(LIST_ITEM(m->jobs.next, struct job, link));
    transfer_pool_free(m->pool);
    arena_free(m->arena);
    free(m);
}

bool mailer_free_slot(const struct mailer *m)
{
    return m->count < SLOTS;
}

void mailer_send(struct mailer *m, const char *id, const char *from, const char *to, const char *message, size_t len,
                 void (*done)(void *ctx, enum err err, const char *said), void *ctx)
{
    struct job *j = memory_new(sizeof *j);
    bool free_slot = mailer_free_slot(m);
    *j = (struct job){.mailer = m, .arena = arena_new(), .len = len, .done = done, .ctx = ctx};
    j->from = arena_string(j->arena, from);
    j->to = arena_string(j->arena, to);
    j->timer = loop_timer_new(m->loop, on_time, j);
    text_init(&j->out, 2 * len + 1024);
    text_init(&j->in, LONGEST_ANSWER);
    list_add(&m->jobs, &j->link);
    m->count++;
    if (*m->options.url) {
        j->message = arena_copy(j->arena, message, len);
        if (free_slot)
            go(j, &m->options);
        else
            finish_later(j, ERR_UNAVAILABLE, "too many mails under way");
        return;
    }
    enum err err = spool_write(m->options.folder, id, message, len);
    if (err == ERR_IO)
        finish_later(j, ERR_UNAVAILABLE, "the mail cannot be written to the folder; see the log");
    else
        finish_later(j, err, err ? "not a mail that a folder can hold" : "");
}
