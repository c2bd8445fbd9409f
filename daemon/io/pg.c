// SPDX-License-Identifier: EUPL-1.2
// Knows which statement goes to which connection, when, in which group, and who is told of the result.
#include "io/pg.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/list.h"
#include "base/log.h"
#include "base/text.h"
#include "io/backend.h"
#include "io/bell.h"
#include "io/copyout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FLYING 64 // reads under way on a connection
#define TRIES 3   // again after a deadlock or a serialization failure

// Connections that write: for what is asked for, for what goes apart, for many rows at once.
enum { ASKED, APART, BULK, WRITERS };

struct job {
    struct list node;
    int statement, tries; // a context has no `done`: it says in whose name the next one runs
    char *scope[3];
    bool read, last; // last of its group: a sync stands behind it
    int64_t deadline;
    pg_done *done;
    void *ctx;
    struct answer *answer;
    const char *values[]; // the bytes follow
};

// A connection and what was sent on it.
struct lane {
    struct pg *pg;
    struct backend *backend;
    struct list sent; // in order, until synced
    struct list *at;  // first one without an answer, or &sent
    int flying;
    struct list *writes; // waiting to be sent on it; NULL: it reads
    int alone;           // that many at the head of `writes` go one by one
};

struct pg {
    struct loop *loop;
    const struct pg_statement *statements;
    int context;
    struct pg_limits limits;
    struct pg_counts counts;
    struct list writes[WRITERS], reads, refused; // waiting to be sent
    struct lane *lanes;                          // first those that write
    int lane_count;
    struct loop_timer *kick, *expiry;
    bool ready;
    void (*on_ready)(void *ctx, bool ready);
    void *ready_ctx;
    char *conninfo, *role;
    struct list copies;
    struct bell *bell; // NULL when nothing is listened to
    void (*on_notice)(void *ctx);
    void (*on_word)(void *ctx, const char *word);
    void *notice_ctx;
};

struct copying { // a COPY under way
    struct list node;
    struct pg *pg;
    struct copyout *out;
    int statement;
    char *value;
    struct copyout_step steps[5];
    pg_row *on_row;
    pg_done *done;
    void *ctx;
};

const char *pg_value(const struct pg_result *r, int row, int column)
{
    return backend_value(r->handle, row, column);
}

size_t pg_length(const struct pg_result *r, int row, int column)
{
    return backend_length(r->handle, row, column);
}

// What a failure means to whoever asked: worth another try, or not. Nothing was stored in either case.
static enum err meaning(const char *state)
{
    static const char *const passing[] = {"08", "40", "53", "57", "55P03"};
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (text_starts(state, passing[i]))
            return ERR_UNAVAILABLE;
    return ERR_INTERNAL;
}

// Failures that the data of a request causes are its asker's to tell; all others are worth a line.
static void tell(const struct pg *p, const struct job *j, const struct pg_result *r)
{
    static const char *const expected[] = {"22", "23", "P0"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (text_starts(r->state, expected[i]))
            return;
    log_warn("pg", "statement %s failed: %s (%s)", p->statements[j->statement].name, r->message, r->state);
}

static void forget(struct job *j)
{
    for (int i = 0; i < 3; i++)
        free(j->scope[i]);
    backend_release(j->answer);
    free(j);
}

static void finish(struct pg *p, struct job *j, enum err err, bool doubt)
{
    struct pg_result r = {.err = err, .doubt = doubt, .state = "", .message = "", .handle = j->answer};
    if (j->answer && !err) {
        r.rows = backend_rows(j->answer);
        r.columns = backend_columns(j->answer);
        r.affected = backend_affected(j->answer);
    } else if (j->answer) {
        r.state = backend_state(j->answer);
        r.message = backend_message(j->answer);
        tell(p, j, &r);
    }
    list_remove(&j->node);
    p->counts.waiting -= err != ERR_TOO_MANY;
    p->counts.failed += err != ERR_OK;
    j->done(j->ctx, &r);
    forget(j);
}

static void finish_lost(struct pg *p, struct job *j, bool doubt)
{
    // An answer without its sync says nothing.
    backend_release(j->answer);
    j->answer = NULL;
    finish(p, j, ERR_UNAVAILABLE, doubt);
}

static struct job *first(const struct list *l)
{
    return LIST_ITEM(l->next, struct job, node);
}

static void kick(struct pg *p)
{
    loop_timer_set(p->kick, 0);
}

// Puts a job back where it stood, as if never sent.
static void put_back(struct list *queue, struct job *j)
{
    backend_release(j->answer);
    j->answer = NULL;
    j->last = false;
    list_remove(&j->node);
    list_add(queue->next, &j->node);
}

static void put_all_back(struct list *queue, struct list *jobs)
{
    while (!list_empty(jobs))
        put_back(queue, LIST_ITEM(jobs->prev, struct job, node));
}

static void send_one(struct lane *l, struct job *j, const char *const *values)
{
    list_add(&l->sent, &j->node);
    if (l->at == &l->sent)
        l->at = &j->node;
    backend_send(l->backend, j->statement, values);
}

// In the same transaction, right before what it is for.
static void send_context(struct lane *l, const struct job *j)
{
    struct job *context = memory_new(sizeof *context);
    context->statement = l->pg->context;
    send_one(l, context, (const char *const[]){j->scope[0], j->scope[1], j->scope[2]});
}

static bool same_scope(const struct job *a, const struct job *b)
{
    return text_equal(a->scope[0], b->scope[0]) && text_equal(a->scope[1], b->scope[1]) && text_equal(a->scope[2], b->scope[2]);
}

// former: what was sent before it in the same transaction, NULL when it is the first.
static void send_job(struct lane *l, struct job *j, const struct job *former, bool last)
{
    list_remove(&j->node);
    if (!former || !same_scope(former, j))
        send_context(l, j);
    l->flying++;
    j->last = last;
    send_one(l, j, j->values);
    if (last)
        backend_sync(l->backend);
}

// One group at a time: what comes meanwhile makes the next one.
static void send_writes(struct lane *l)
{
    if (!list_empty(&l->sent) || list_empty(l->writes) || !backend_up(l->backend))
        return;
    int room = l->alone > 0 || l->writes == &l->pg->writes[BULK] ? 1 : l->pg->limits.group;
    l->alone -= l->alone > 0;
    l->pg->counts.groups++;
    const struct job *former = NULL;
    for (bool last = false; !last;) {
        struct job *j = first(l->writes);
        last = --room == 0 || j->node.next == l->writes;
        send_job(l, j, former, last);
        former = j;
    }
}

static struct lane *free_reader(const struct pg *p)
{
    struct lane *best = NULL;
    for (struct lane *l = p->lanes + WRITERS; l < p->lanes + p->lane_count; l++)
        if (backend_up(l->backend) && l->flying < FLYING && (!best || l->flying < best->flying))
            best = l;
    return best;
}

static void send_reads(struct pg *p)
{
    for (struct lane *l; !list_empty(&p->reads) && (l = free_reader(p));)
        send_job(l, first(&p->reads), NULL, true);
}

static void watch_expiry(struct pg *p)
{
    int64_t soonest = INT64_MAX;
    const struct list *queues[] = {&p->writes[ASKED], &p->writes[APART], &p->writes[BULK], &p->reads};
    for (int i = 0; i < WRITERS + 1; i++)
        if (!list_empty(queues[i]) && first(queues[i])->deadline < soonest)
            soonest = first(queues[i])->deadline;
    if (soonest == INT64_MAX) {
        loop_timer_stop(p->expiry);
        return;
    }
    int64_t left = soonest - clock_mono();
    loop_timer_set(p->expiry, left > 0 ? left / 1000 + 1 : 0);
}

static void on_kick(void *ctx)
{
    struct pg *p = ctx;
    while (!list_empty(&p->refused))
        finish(p, first(&p->refused), ERR_TOO_MANY, false);
    for (int i = 0; i < WRITERS; i++)
        send_writes(&p->lanes[i]);
    send_reads(p);
    watch_expiry(p);
}

// Deadlines of a queue never fall from head to tail: what is put back is older.
static void on_expiry(void *ctx)
{
    struct pg *p = ctx;
    int64_t now = clock_mono();
    for (struct lane *l = p->lanes; l < p->lanes + WRITERS; l++)
        while (!list_empty(l->writes) && first(l->writes)->deadline <= now) {
            l->alone -= l->alone > 0;
            finish(p, first(l->writes), ERR_UNAVAILABLE, false);
        }
    while (!list_empty(&p->reads) && first(&p->reads)->deadline <= now)
        finish(p, first(&p->reads), ERR_UNAVAILABLE, false);
    watch_expiry(p);
}

static void note_ready(struct pg *p)
{
    bool ready = !p->bell || bell_up(p->bell);
    for (int i = 0; i < p->lane_count; i++)
        ready = ready && backend_up(p->lanes[i].backend);
    if (ready == p->ready)
        return;
    p->ready = ready;
    if (p->on_ready)
        p->on_ready(p->ready_ctx, ready);
}

static void on_up(void *ctx)
{
    struct lane *l = ctx;
    kick(l->pg);
    note_ready(l->pg);
}

static void on_answer(void *ctx, struct answer *a)
{
    struct lane *l = ctx;
    struct list *before = l->at->prev;
    if (before != &l->sent && LIST_ITEM(before, struct job, node)->last) {
        // All statements were answered and the sync is still to come: the commit failed.
        struct job *j = LIST_ITEM(before, struct job, node);
        backend_release(j->answer);
        j->answer = a;
        return;
    }
    assert(l->at != &l->sent);
    LIST_ITEM(l->at, struct job, node)->answer = a;
    l->at = l->at->next;
}

// Moves the group at the head of what was sent into `group`; returns its first failure, NULL when there is none.
static const struct answer *take_group(struct lane *l, struct list *group, int *count)
{
    const struct answer *failure = NULL;
    list_init(group);
    for (bool last = false; !last;) {
        struct job *j = first(&l->sent);
        last = j->last;
        list_remove(&j->node);
        if (!j->done) { // when it fails, so does what stands behind it
            forget(j);
            continue;
        }
        if (!failure && !backend_good(j->answer))
            failure = j->answer;
        list_add(group, &j->node);
        l->flying--;
        ++*count;
    }
    return failure;
}

// Whether a failed group of writes is tried again: without its grouping, on another server, or simply once more.
static bool try_again(struct lane *l, struct list *group, int count, const char *state)
{
    bool wrong_server = text_equal(state, "25006"); // a standby: read only
    bool clash = text_equal(state, "40001") || text_equal(state, "40P01");
    if (!wrong_server && count == 1 && !(clash && first(group)->tries++ < TRIES))
        return false;
    if (wrong_server)
        backend_reset(l->backend);
    else
        l->alone += count;
    put_all_back(l->writes, group);
    return true;
}

static void on_sync(void *ctx)
{
    struct lane *l = ctx;
    struct list group;
    int count = 0;
    FAIL_DIE("reply");
    if (FAIL_HERE("reply-error")) {
        backend_reset(l->backend);
        return;
    }
    const struct answer *failure = take_group(l, &group, &count);
    kick(l->pg);
    if (failure && l->writes && try_again(l, &group, count, backend_state(failure)))
        return;
    enum err e = failure ? meaning(backend_state(failure)) : ERR_OK;
    while (!list_empty(&group))
        finish(l->pg, first(&group), e, false);
}

static void on_down(void *ctx)
{
    struct lane *l = ctx;
    struct pg *p = l->pg;
    struct list again, lost;
    list_init(&again);
    list_init(&lost);
    while (!list_empty(&l->sent)) {
        struct job *j = first(&l->sent);
        list_remove(&j->node);
        if (!j->done)
            forget(j);
        else
            list_add(j->read && j->tries++ == 0 ? &again : &lost, &j->node);
    }
    l->at = &l->sent;
    l->flying = 0;
    p->counts.lost++;
    put_all_back(&p->reads, &again);
    kick(p);
    note_ready(p);
    while (!list_empty(&lost))
        finish_lost(p, first(&lost), l->writes != NULL);
}

static void open_lane(struct pg *p, int i, const char *conninfo, const char *role, int count)
{
    static const struct backend_events events = {
        .on_up = on_up, .on_answer = on_answer, .on_sync = on_sync, .on_down = on_down};
    struct lane *l = &p->lanes[i];
    struct text setup;
    *l = (struct lane){.pg = p, .writes = i < WRITERS ? &p->writes[i] : NULL};
    list_init(&l->sent);
    l->at = &l->sent;
    text_init(&setup, 512);
    // Plans are made once a connection, perhaps while the tables are empty: they must not be those of empty tables.
    text_format(&setup,
                l->writes ? "SELECT set_config('role', '%s', false), set_config('enable_seqscan', 'off', false), set_config('lock_timeout', '%lld', false)"
                          : "SELECT set_config('role', '%s', false), set_config('enable_seqscan', 'off', false), set_config('statement_timeout', '%lld', false), "
                            "set_config('default_transaction_read_only', 'on', false)",
                role, (long long)p->limits.run_ms);
    const struct backend_options o = {conninfo, text_string(&setup), p->statements, count};
    l->backend = backend_new(p->loop, &o, &events, l);
    text_fini(&setup);
}

struct pg *pg_new(struct loop *l, const char *conninfo, const char *role, const struct pg_statement *statements, int count,
                  int context, const struct pg_limits *limits)
{
    struct pg *p = memory_new(sizeof *p);
    *p = (struct pg){
        .loop = l, .statements = statements, .context = context, .limits = *limits, .lane_count = limits->readers + WRITERS};
    p->conninfo = memory_string(conninfo);
    p->role = memory_string(role);
    list_init(&p->copies);
    for (int i = 0; i < WRITERS; i++)
        list_init(&p->writes[i]);
    list_init(&p->reads);
    list_init(&p->refused);
    p->kick = loop_timer_new(l, on_kick, p);
    p->expiry = loop_timer_new(l, on_expiry, p);
    p->lanes = memory_new(sizeof *p->lanes * (size_t)p->lane_count);
    for (int i = 0; i < p->lane_count; i++)
        open_lane(p, i, conninfo, role, count);
    return p;
}

static void give_up(struct pg *p, struct list *jobs, bool doubt)
{
    while (!list_empty(jobs)) {
        struct job *j = first(jobs);
        if (j->done) {
            finish_lost(p, j, doubt);
            continue;
        }
        list_remove(&j->node);
        forget(j);
    }
}

static void end_copy(struct copying *c, const struct pg_result *r)
{
    list_remove(&c->node);
    c->pg->counts.failed += r->err != ERR_OK;
    c->done(c->ctx, r);
    copyout_free(c->out);
    free(c->value);
    free(c);
}

void pg_free(struct pg *p)
{
    static const struct pg_result given_up = {.err = ERR_UNAVAILABLE, .state = "", .message = ""};
    while (!list_empty(&p->copies))
        end_copy(LIST_ITEM(p->copies.next, struct copying, node), &given_up);
    for (int i = 0; i < p->lane_count; i++) {
        backend_free(p->lanes[i].backend);
        give_up(p, &p->lanes[i].sent, p->lanes[i].writes != NULL);
    }
    while (!list_empty(&p->refused))
        finish(p, first(&p->refused), ERR_TOO_MANY, false);
    for (int i = 0; i < WRITERS; i++)
        give_up(p, &p->writes[i], false);
    give_up(p, &p->reads, false);
    bell_free(p->bell);
    loop_timer_free(p->kick);
    loop_timer_free(p->expiry);
    free(p->lanes);
    free(p->conninfo);
    free(p->role);
    free(p);
}

bool pg_ready(const struct pg *p)
{
    return p->ready;
}

void pg_on_ready(struct pg *p, void (*fn)(void *ctx, bool ready), void *ctx)
{
    p->on_ready = fn;
    p->ready_ctx = ctx;
}

static struct job *copy_job(const struct pg_statement *s, const char *const *values)
{
    size_t count = (size_t)s->parameters, bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += values[i] ? strlen(values[i]) + 1 : 0;
    struct job *j = memory_new(sizeof *j + count * sizeof *j->values + bytes);
    char *at = (char *)(j->values + count);
    for (size_t i = 0; i < count; i++) {
        if (!values[i])
            continue;
        size_t len = strlen(values[i]) + 1;
        memcpy(at, values[i], len);
        j->values[i] = at;
        at += len;
    }
    return j;
}

static void take_scope(struct job *j, const struct pg_scope *scope, bool system)
{
    const char *rights = scope ? scope->rights : "";
    size_t len = strlen(rights);
    j->scope[0] = memory_string(scope ? scope->organisation : "");
    j->scope[1] = memory_string(scope ? scope->person : "");
    j->scope[2] = memory_new(len + sizeof ",system");
    memcpy(j->scope[2], rights, len);
    memcpy(j->scope[2] + len, system ? (len ? ",system" : "system") : "", system ? (len ? sizeof ",system" : sizeof "system") : 1);
}

// Only queues: whatever follows, callbacks above all, happens from the loop.
static void submit(struct pg *p, struct list *queue, const struct pg_scope *scope, int statement, const char *const *values,
                   pg_done *done, void *ctx)
{
    const struct pg_statement *s = &p->statements[statement];
    struct job *j = copy_job(s, values);
    if (!scope && !s->system)
        log_die("pg", "a statement of somebody is asked for by nobody");
    take_scope(j, scope, s->system);
    bool full = p->counts.waiting >= p->limits.queue, read = queue == &p->reads;
    j->statement = statement;
    j->read = read;
    j->done = done;
    j->ctx = ctx;
    j->deadline = clock_mono() + p->limits.wait_ms * 1000;
    list_add(full ? &p->refused : queue, &j->node);
    p->counts.waiting += !full;
    p->counts.reads += read;
    p->counts.writes += !read;
    kick(p);
}

void pg_write(struct pg *p, const struct pg_scope *scope, int statement, const char *const *values, pg_done *done, void *ctx)
{
    submit(p, &p->writes[ASKED], scope, statement, values, done, ctx);
}

void pg_write_apart(struct pg *p, int statement, const char *const *values, pg_done *done, void *ctx)
{
    submit(p, &p->writes[APART], NULL, statement, values, done, ctx);
}

void pg_write_bulk(struct pg *p, const struct pg_scope *scope, int statement, const char *const *values, pg_done *done, void *ctx)
{
    submit(p, &p->writes[BULK], scope, statement, values, done, ctx);
}

void pg_read(struct pg *p, const struct pg_scope *scope, int statement, const char *const *values, pg_done *done, void *ctx)
{
    submit(p, &p->reads, scope, statement, values, done, ctx);
}

static void on_row(void *ctx, const struct copyrow *row)
{
    struct copying *c = ctx;
    c->on_row(c->ctx, row);
}

static void on_end(void *ctx, const struct copyout_end *e)
{
    struct copying *c = ctx;
    struct pg_result r = {.state = e->state, .message = e->message, .affected = e->rows};
    if (!e->good) {
        r.err = *e->state ? meaning(e->state) : ERR_UNAVAILABLE;
        log_warn("pg", "statement %s failed: %s (%s)", c->pg->statements[c->statement].name, e->message, e->state);
    }
    end_copy(c, &r);
}

void pg_copy(struct pg *p, int statement, const char *value, pg_row *row, pg_done *done, void *ctx)
{
    static const struct copyout_events events = {.on_row = on_row, .on_end = on_end};
    struct copying *c = memory_new(sizeof *c);
    *c = (struct copying){.pg = p, .statement = statement, .value = memory_string(value), .on_row = row, .done = done, .ctx = ctx};
    list_add(&p->copies, &c->node);
    p->counts.reads++;
    // All in one transaction, which ends with the connection.
    c->steps[0] = (struct copyout_step){"SELECT set_config('role', $1, false)", 1, {p->role}};
    c->steps[1] = (struct copyout_step){"BEGIN TRANSACTION READ ONLY", 0, {NULL}};
    c->steps[2] = (struct copyout_step){p->statements[p->context].sql, 3, {"", "", "system"}};
    c->steps[3] = (struct copyout_step){"SELECT set_config('app.value', $1, true)", 1, {c->value}};
    c->out = copyout_new(p->loop, p->conninfo, c->steps, p->statements[statement].sql, &events, c);
}

static void on_bell(void *ctx)
{
    struct pg *p = ctx;
    p->on_notice(p->notice_ctx);
}

static void on_bell_word(void *ctx, const char *word)
{
    struct pg *p = ctx;
    p->on_word(p->notice_ctx, word);
}

static void on_bell_change(void *ctx, bool up)
{
    struct pg *p = ctx;
    p->counts.lost += !up;
    note_ready(p);
}

void pg_listen(struct pg *p, const char *channel, void (*on_notice)(void *ctx), void (*on_word)(void *ctx, const char *word), void *ctx)
{
    static const struct bell_events events = {.on_ring = on_bell, .on_word = on_bell_word, .on_change = on_bell_change};
    p->on_notice = on_notice;
    p->on_word = on_word;
    p->notice_ctx = ctx;
    p->bell = bell_new(p->loop, p->conninfo, channel, &events, p);
}

void pg_notify(struct pg *p)
{
    if (p->bell)
        bell_ring(p->bell);
}

struct pg_counts pg_counts(const struct pg *p)
{
    return p->counts;
}
