// SPDX-License-Identifier: EUPL-1.2
// Knows how a child plans, and what it says meanwhile.
#include "app/solve.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/greedy.h"
#include "core/narrow.h"
#include "core/quota.h"
#include "core/repair.h"
#include "core/verify.h"
#include "wire/agenda.h"
#include "wire/member.h"
#include "wire/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED // takes terabytes of addresses
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

#define INPUT_MOST ((size_t)256 << 20)
#define LINE_US 1000000      // a line at least
#define TIMETABLE_US 2000000 // a better timetable is shown at most
#define NICE 10              // the daemon goes before
enum { DONE = 0, USAGE = 64, NO_AGENDA = 65 };

struct solve {
    int64_t seconds, spread, seed, memory; // MiB
    enum level order[LEVELS];
    bool mends;
    enum lang lang;
    struct arena *arena;
    struct agenda agenda, named; // named: for sentences
    struct agenda_view view;
    struct plan *plan;
    struct repair *repair; // of --repair, instead
    int64_t started, until, line, shown; // clock_mono: the last line, and the last timetable in one
    struct plan_level told[LEVELS], seen[LEVELS]; // in the last line, and where the last timetable was
    char *levels;                                 // of the last line, as JSON; NULL: none yet
    bool stopped;
};

// ---- Arguments

static bool read_order(const char *at, enum level order[static LEVELS])
{
    unsigned seen = 0;
    int n = 1;
    order[0] = LEVEL_WEIGHT;
    order[LEVELS - 1] = LEVEL_TABLES;
    while (*at && n < LEVELS - 1) {
        size_t len = strcspn(at, ",");
        for (enum level l = LEVEL_FAIRNESS; l < LEVEL_TABLES; l++)
            if (strlen(progress_level(l)) == len && memcmp(progress_level(l), at, len) == 0 && !(seen & 1u << l)) {
                seen |= 1u << l;
                order[n++] = l;
            }
        at += len + (at[len] == ',');
    }
    return !*at && n == LEVELS - 1;
}

static bool read_number(const char *value, int64_t least, int64_t *out)
{
    return text_int(value, out) && *out >= least;
}

static bool read_option(struct solve *s, const char *name, const char *value)
{
    if (text_equal(name, "--seconds"))
        return read_number(value, 0, &s->seconds);
    if (text_equal(name, "--spread"))
        return read_number(value, 0, &s->spread) && s->spread <= AGENDA_SLOTS;
    if (text_equal(name, "--seed"))
        return read_number(value, 0, &s->seed);
    if (text_equal(name, "--memory"))
        return read_number(value, 1, &s->memory);
    if (text_equal(name, "--lang"))
        s->lang = text_equal(value, "en") ? LANG_EN : LANG_FR;
    return text_equal(name, "--lang") || (text_equal(name, "--order") && read_order(value, s->order));
}

static bool read_arguments(struct solve *s, int argc, char *const *argv)
{
    for (int i = 2; i < argc; i++) {
        if (text_equal(argv[i], "--repair"))
            s->mends = true;
        else if (i + 1 == argc || !read_option(s, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return true;
}

// ---- Memory, input, output

// Beside what the program takes by itself.
static void limit_memory(int64_t mib)
{
#if defined(SANITIZED)
    (void)mib;
#else
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%ld", &pages) == 1) {
        rlim_t all = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)mib << 20);
        setrlimit(RLIMIT_AS, &(struct rlimit){all, all});
    }
    if (file)
        fclose(file);
#endif
}

static bool read_agenda(struct solve *s)
{
    struct text in;
    struct faults faults;
    ssize_t n;
    char *bytes = memory_new(65536);
    text_init(&in, INPUT_MOST);
    fault_init(&faults, s->arena);
    while ((n = read(STDIN_FILENO, bytes, 65536)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            text_add(&in, bytes, (size_t)n);
    errno = 0;
    bool good = n == 0 && !in.full && agenda_read(&s->agenda, text_string(&in), in.len, s->arena, &faults);
    if (!good && errno == ENOMEM) // jansson has no other word for it
        log_die("plan", "out of memory");
    if (!good && faults.count)
        log_error("plan", "no agenda: %s %s", faults.list[0].pointer, fault_text(&faults.list[0], LANG_EN, s->arena));
    if (good) {
        agenda_view(&s->view, &s->agenda, s->arena);
        s->named = agenda_told(&s->agenda, s->arena);
    }
    text_fini(&in);
    free(bytes);
    return good;
}

// Whoever listened has gone: nothing is left to do.
static void put_out(const struct text *out)
{
    for (size_t at = 0; at < out->len;) {
        ssize_t n = write(STDOUT_FILENO, out->data + at, out->len - at);
        if (n < 0 && errno != EINTR)
            exit(DONE);
        at += n > 0 ? (size_t)n : 0;
    }
}

// ---- Planning: the same questions to core/plan and core/repair

static void begin(struct solve *s)
{
    struct plan_options o = {.seed = (uint64_t)s->seed, .spread = (int)s->spread, .memory = (size_t)s->memory << 19};
    memcpy(o.order, s->order, sizeof o.order);
    if (s->mends)
        s->repair = repair_new(&s->agenda, &o);
    else
        s->plan = plan_new(&s->agenda, &o);
}

static void put_line(struct solve *s, const struct progress *p)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    progress_write(&out, p);
    put_out(&out);
    text_fini(&out);
    s->line = clock_mono();
}

// In the midst of a long step nothing new is known but that it goes on.
static void beat(struct solve *s)
{
    int64_t now = clock_mono();
    if (s->levels && now - s->line >= LINE_US)
        put_line(s, &(struct progress){.seconds = (double)(now - s->started) / 1e6, .state = PROGRESS_WORKING, .levels = s->levels});
}

static bool enough(void *ctx)
{
    struct solve *s = ctx;
    sigset_t set;
    beat(s);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    s->stopped = s->stopped || sigtimedwait(&set, NULL, &(struct timespec){0}) == SIGTERM;
    return s->stopped || clock_mono() >= s->until;
}

static enum plan_state step(struct solve *s)
{
    return s->mends ? repair_step(s->repair, enough, s) : plan_step(s->plan, enough, s);
}

static const struct timetable *found(const struct solve *s)
{
    return s->mends ? repair_timetable(s->repair) : plan_timetable(s->plan);
}

static struct plan_level level_of(const struct solve *s, enum level l)
{
    return s->mends ? repair_level(s->repair, l) : plan_level(s->plan, l);
}

static const struct hindrance *hindrances(const struct solve *s, size_t *count)
{
    return s->mends ? repair_hindrances(s->repair, count) : plan_hindrances(s->plan, count);
}

// ---- What is said

static const char *levels_json(const struct solve *s, struct arena *arena)
{
    struct text out;
    text_init(&out, 4096);
    text_byte(&out, '{');
    for (enum level l = 0; l < LEVELS; l++) {
        struct plan_level x = level_of(s, l);
        member_open(&out, progress_level(l), '{');
        if (found(s))
            member_number(&out, "value", x.value);
        else
            text_put(&out, "\"value\":null");
        member_number(&out, "bound", x.bound);
        member_bool(&out, "proven", found(s) && x.proven);
        text_byte(&out, '}');
    }
    text_byte(&out, '}');
    const char *json = arena_string(arena, text_string(&out));
    text_fini(&out);
    return json;
}

static const char *timetable_json(const struct solve *s, const struct timetable *t, struct arena *arena)
{
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    text_byte(&out, '[');
    for (int m = 0; m < t->meetings; m++) {
        member_item(&out);
        if (t->slot[m] == AGENDA_NONE) {
            text_put(&out, "null");
            continue;
        }
        text_byte(&out, '{');
        member_number(&out, "slot", t->slot[m] + 1);
        member_text(&out, "table", s->agenda.table[t->table[m]]);
        text_byte(&out, '}');
    }
    text_byte(&out, ']');
    const char *json = arena_string(arena, text_string(&out));
    text_fini(&out);
    return json;
}

static const char *kind_of(enum hindrance_kind k)
{
    static const char *const words[] = {
        [HINDRANCE_NO_SLOT] = "no_slot", [HINDRANCE_CROWDED] = "crowded", [HINDRANCE_TABLES] = "tables",
        [HINDRANCE_MOST] = "most",       [HINDRANCE_ORDER] = "order",     [HINDRANCE_CLASH] = "clash",
        [HINDRANCE_GAPS] = "gaps",       [HINDRANCE_BUSY] = "busy",       [HINDRANCE_WEIGHED] = "weighed",
        [HINDRANCE_REFUTED] = "refuted", [HINDRANCE_UNDECIDED] = "undecided"};
    return words[k];
}

static void write_both(struct text *out, const char *fr, const char *en)
{
    member_text(out, "fr", fr);
    member_text(out, "en", en);
}

static const char *left_json(const struct solve *s, struct arena *arena)
{
    size_t count = 0;
    const struct hindrance *list = hindrances(s, &count);
    struct text out;
    text_init(&out, SIZE_MAX / 2);
    text_byte(&out, '[');
    for (size_t i = 0; i < count; i++) {
        if (list[i].meeting == AGENDA_NONE)
            continue;
        member_item(&out);
        text_byte(&out, '{');
        member_number(&out, "meeting", list[i].meeting);
        member_text(&out, "kind", kind_of(list[i].kind));
        write_both(&out, hindrance_text(&s->named, &list[i], LANG_FR, arena), hindrance_text(&s->named, &list[i], LANG_EN, arena));
        text_byte(&out, '}');
    }
    text_byte(&out, ']');
    const char *json = arena_string(arena, text_string(&out));
    text_fini(&out);
    return json;
}

static const char *reason_json(const struct solve *s, enum progress_state state, struct arena *arena)
{
    static const char *const ends[PROGRESS_STATES][2] = {
        [PROGRESS_WORKING] = {"", ""},
        [PROGRESS_BEST] = {"Le meilleur emploi du temps, prouvé.", "The best timetable, proven."},
        [PROGRESS_HALTED] = {"La durée accordée est écoulée.", "The time allowed is over."},
        [PROGRESS_INFEASIBLE] = {"Aucun emploi du temps ne respecte toutes les règles.", "No timetable keeps all the rules."},
        [PROGRESS_STOPPED] = {"Arrêté ; le meilleur trouvé est gardé.", "Stopped; the best found is kept."}};
    const char *fr = ends[state][LANG_FR], *en = ends[state][LANG_EN];
    size_t count = 0;
    const struct hindrance *why = state == PROGRESS_INFEASIBLE ? hindrances(s, &count) : NULL;
    if (state == PROGRESS_HALTED && (s->mends ? repair_full(s->repair) : plan_full(s->plan))) {
        fr = "La mémoire accordée est épuisée : rien de plus ne sera prouvé.";
        en = "The memory allowed is used up: nothing more will be proven.";
    } else if (state == PROGRESS_HALTED && clock_mono() < s->until) {
        fr = "Le meilleur emploi du temps ; seuls les changements de table restent sans preuve.";
        en = "The best timetable; changes of table alone remain unproven.";
    } else if (count) {
        fr = hindrance_text(&s->named, why, LANG_FR, arena);
        en = hindrance_text(&s->named, why, LANG_EN, arena);
    }
    struct text out;
    text_init(&out, 65536);
    text_byte(&out, '{');
    write_both(&out, fr, en);
    text_byte(&out, '}');
    const char *json = arena_string(arena, text_string(&out));
    text_fini(&out);
    return json;
}

static bool differ(const struct plan_level a[static LEVELS], const struct plan_level b[static LEVELS], bool bounds)
{
    for (enum level l = 0; l < LEVELS; l++)
        if (a[l].value != b[l].value || (bounds && (a[l].bound != b[l].bound || a[l].proven != b[l].proven)))
            return true;
    return false;
}

static void say(struct solve *s, enum progress_state state)
{
    struct plan_level now[LEVELS];
    int64_t at = clock_mono();
    bool last = state != PROGRESS_WORKING;
    const struct timetable *t = found(s);
    for (enum level l = 0; l < LEVELS; l++)
        now[l] = level_of(s, l);
    bool shows = t && state != PROGRESS_INFEASIBLE &&
                 (last || !s->shown || (at - s->shown >= TIMETABLE_US && differ(now, s->seen, false)));
    if (!shows && !last && at - s->line < LINE_US && !differ(now, s->told, true))
        return;
    struct arena *arena = arena_new(); // of the line
    struct progress p = {.seconds = (double)(at - s->started) / 1e6, .state = state, .levels = levels_json(s, arena)};
    if (shows) {
        p.timetable = timetable_json(s, t, arena);
        p.verified = verify_check(&s->agenda, t, -1, NULL, 0) == 0;
        memcpy(s->seen, now, sizeof now);
        s->shown = at;
    }
    if (last) {
        p.reason = reason_json(s, state, arena);
        p.left_out = shows ? left_json(s, arena) : NULL;
    }
    put_line(s, &p);
    free(s->levels);
    s->levels = memory_string(p.levels);
    arena_free(arena);
    memcpy(s->told, now, sizeof now);
}

static int run_plan(struct solve *s)
{
    static const enum progress_state ends[] = {[PLAN_WORKING] = PROGRESS_HALTED, [PLAN_BEST] = PROGRESS_BEST,
                                               [PLAN_INFEASIBLE] = PROGRESS_INFEASIBLE, [PLAN_HALTED] = PROGRESS_HALTED};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL); // taken by enough()
    limit_memory(s->memory);
    if (!s->mends)
        setpriority(PRIO_PROCESS, 0, NICE);
    if (!read_agenda(s))
        return NO_AGENDA;
    s->started = clock_mono();
    s->until = s->started + s->seconds * 1000000;
    begin(s);
    enum plan_state state;
    do {
        state = step(s);
        if (state == PLAN_WORKING)
            say(s, PROGRESS_WORKING);
    } while (state == PLAN_WORKING && !enough(s));
    bool open = state == PLAN_WORKING || state == PLAN_HALTED;
    say(s, open && s->stopped ? PROGRESS_STOPPED : ends[state]);
    if (s->stopped) { // a proof may still be under way, and giving its memory back takes time, too
        fflush(NULL);
        _exit(DONE);
    }
    plan_free(s->plan);
    repair_free(s->repair);
    free(s->levels);
    return DONE;
}

// ---- Advice

static void write_busiest(struct text *out, const struct solve *s, const struct quota_needs *n)
{
    if (n->busiest == AGENDA_NONE)
        return;
    member_open(out, "busiest", '{');
    member_text(out, "id", s->agenda.person[n->busiest].id);
    member_text(out, "name", s->agenda.person[n->busiest].name);
    member_number(out, "meetings", n->meetings);
    text_byte(out, '}');
}

// What people would do without a plan.
static void write_today(struct text *out, const struct solve *s)
{
    struct timetable t = timetable_new(s->agenda.meetings, s->arena);
    struct timetable_value value;
    greedy_place(&t, &s->view, GREEDY_FIRST, 0);
    timetable_value(&value, &s->view, &t);
    member_open(out, "today", '{');
    member_number(out, "placed", value.placed);
    member_number(out, "gaps", value.level[LEVEL_GAPS]);
    text_byte(out, '}');
}

static int64_t wanted_weight(const struct agenda *a)
{
    int64_t sum = 0;
    for (int m = 0; m < a->meetings; m++)
        sum += a->meeting[m].weight;
    return sum;
}

static int run_advise(struct solve *s)
{
    struct quota_needs needs;
    struct narrow narrow;
    struct text out;
    limit_memory(s->memory);
    if (!read_agenda(s))
        return NO_AGENDA;
    quota_needs(&needs, &s->view);
    narrow_agenda(&narrow, &s->view, (int)s->spread, s->arena);
    text_init(&out, 1 << 20);
    text_byte(&out, '{');
    member_number(&out, "meetings", s->agenda.meetings);
    member_number(&out, "people", s->agenda.people);
    member_number(&out, "weight", wanted_weight(&s->agenda));
    member_number(&out, "slots", s->agenda.slots);
    member_number(&out, "tables", s->agenda.tables);
    member_number(&out, "least_slots", needs.slots);
    member_bool(&out, "exact", needs.exact);
    member_number(&out, "least_tables", needs.tables > needs.session_tables ? needs.tables : needs.session_tables);
    write_busiest(&out, s, &needs);
    member_text(&out, "impossible", narrow.impossible ? hindrance_text(&s->named, &narrow.why, s->lang, s->arena) : NULL);
    write_today(&out, s);
    member_open(&out, "bounds", '{');
    member_number(&out, "weight", quota_weight(&s->view));
    member_number(&out, "gaps", narrow.gaps);
    text_put(&out, "}}\n");
    put_out(&out);
    text_fini(&out);
    return DONE;
}

int solve_child(int argc, char *const *argv)
{
    static const struct {
        const char *word;
        int (*run)(struct solve *s);
    } verbs[] = {{"plan", run_plan}, {"advise", run_advise}};
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++) {
        if (!text_equal(argv[1], verbs[i].word))
            continue;
        struct solve s = {.seconds = 60, .spread = 2, .seed = 1, .memory = 1024, .arena = arena_new()};
        for (enum level l = 0; l < LEVELS; l++)
            s.order[l] = l;
        int status = read_arguments(&s, argc, argv) ? verbs[i].run(&s) : USAGE;
        arena_free(s.arena);
        return status;
    }
    return -1;
}
