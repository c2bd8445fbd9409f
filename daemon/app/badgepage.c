// SPDX-License-Identifier: EUPL-1.2
// Knows what the buttons of a participant's page do.
#include "app/badgepage.h"

#include "app/badges.h"
#include "app/conventions.h"
#include "app/frame.h"
#include "app/link.h"
#include "app/live.h"
#include "app/requests.h"
#include "base/clock.h"
#include "wire/badge.h"
#include "wire/seal.h"

#include <stdlib.h>
#include <string.h>

#define PEOPLE_MOST "50" // that are shown at once
#define SLOTS_MOST 64

struct button {
    const char *action;
    void (*press)(struct call *c, const char *word);
    const char *word;
    const char *done[2]; // what came of it, by enum lang
};

struct page {
    char key[37];
    const char *json;   // what the badge opens
    const char *words;  // whom it looks for; NULL: nobody
    const char *people; // found: JSON
    enum err err;       // of the button, OK without one
    const char *arg;
    const struct button *pressed;
    bool done;          // it did what it says
    const char *who;    // whom it asked to meet
};

// The page

static void show_none(struct call *c)
{
    struct text out;
    frame_begin(c, &out, c->lang == LANG_FR ? "Ce lien ne mène à rien" : "This link leads nowhere", NULL);
    text_format(&out, "<p>%s</p>\n", c->lang == LANG_FR ? "Il n'est pas complet, ou il ne vaut plus rien : prenez celui du dernier courriel." : "It is not whole, or it is worth nothing any more: take that of the latest mail.");
    frame_end(c, &out, 404);
}

static void put_word(struct call *c, const struct page *p, struct text *out)
{
    const struct fault fault = {"", p->err, p->arg};
    if (p->err != ERR_OK) {
        text_put(out, "<p class=\"note bad\" role=\"alert\">");
        text_html(out, fault_text(&fault, c->lang, c->arena));
        text_put(out, "</p>\n");
    } else if (p->done)
        text_format(out, "<p class=\"note good\" role=\"status\"><strong>%s</strong> %s</p>\n", c->lang == LANG_FR ? "C'est noté." : "Noted.", p->pressed->done[c->lang]);
}

static void show(struct call *c)
{
    const struct page *p = c->state;
    const struct parts *s = c->parts;
    struct text out;
    const char *title = badge_title(p->json, c->arena);
    frame_begin(c, &out, title ? title : "", NULL);
    if (!p->pressed)
        call_header(c, "Cache-Control", "private, no-cache"); // a telephone without a connection goes back to it; it says how old it is
    put_word(c, p, &out);
    out.limit = 4 << 20; // a long list of people
    bool fine = badge_write(&out, p->json,
                            &(struct badge_page){.lang = c->lang, .self = arena_format(c->arena, "/badge/%s", c->part), .people = p->people, .words = p->words,
                                                 .agenda = link_make(s, "/agenda/", "agenda", p->key, c->arena), .sheet = link_make(s, "/sheet/", "badge", p->key, c->arena),
                                                 .checkin = link_make(s, "/checkin?t=", "checkin", p->key, c->arena), .now = clock_wall() / 1000, .kept = frame_kept(c)},
                            c->arena);
    if (fine) {
        frame_end(c, &out, p->err == ERR_OK ? 200 : err_status(p->err));
        return;
    }
    text_fini(&out);
    call_refuse(c, ERR_INTERNAL, NULL, NULL);
}

static void on_people(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct page *p = c->state;
    if (call_failed(c, r))
        return;
    p->people = r->rows ? arena_string(c->arena, pg_value(r, 0, 0)) : NULL;
    show(c);
}

static void on_read(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    struct page *p = c->state;
    if (call_failed(c, r))
        return;
    if (r->rows == 0) {
        show_none(c);
        return;
    }
    p->json = arena_string(c->arena, pg_value(r, 0, 0));
    if (p->words)
        call_read(c, SQL_badge_people, (const char *const[]){p->key, *p->words ? p->words : NULL, NULL, PEOPLE_MOST}, on_people);
    else
        show(c);
}

// False when the link is none; the page is answered then.
static bool begin(struct call *c)
{
    struct page *p = arena_take(c->arena, sizeof *p);
    c->state = p;
    if (!link_id(c->parts, "badge", c->part, p->key))
        show_none(c);
    else if (!c->parts->ready)
        call_refuse(c, ERR_UNAVAILABLE, NULL, NULL);
    else
        return true;
    return false;
}

void badgepage_get(struct call *c)
{
    if (!begin(c))
        return;
    struct page *p = c->state;
    p->words = call_query(c, "q");
    call_read(c, SQL_badge_read, (const char *const[]){p->key}, on_read);
}

// The buttons: each shows the page once more, with a word on what came of it.

static void again(struct call *c, enum err err, const char *arg)
{
    struct page *p = c->state;
    p->err = err;
    p->arg = arena_string(c->arena, arg);
    p->done = err == ERR_OK;
    if (p->done)
        live_told(c->parts);
    call_read(c, SQL_badge_read, (const char *const[]){p->key}, on_read);
}

// (status, answer, version)
static void on_done(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    int status = r->rows ? atoi(pg_value(r, 0, 0)) : 404;
    again(c, status < 300 ? ERR_OK : status == 404 ? ERR_NOT_FOUND : status == 412 ? ERR_CHANGED : ERR_STATE, status < 300 ? NULL : r->rows ? pg_value(r, 0, 1) : NULL);
}

static void on_asked(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    const struct page *p = c->state;
    if (call_failed(c, r))
        return;
    const char *why = r->rows ? pg_value(r, 0, 2) : "missing";
    enum err err = why ? requests_error(why) : ERR_OK;
    again(c, err, err == ERR_UNKNOWN_ID ? p->who : why);
}

// The slots that are not ticked, as {"absent","most"}; what the form does not have stays as it is. NULL: no such form.
static const char *attendance(struct call *c)
{
    int64_t slots = 0, most = 0;
    struct text out;
    const char *count = call_member(c, "slots"), *cap = call_member(c, "most"), *between = "";
    if ((count && !(text_int(count, &slots) && slots >= 0 && slots <= SLOTS_MOST)) || (cap && !(text_int(cap, &most) && most >= 1 && most <= SLOTS_MOST)))
        return NULL;
    text_init(&out, 4096);
    text_put(&out, count ? "{\"absent\":[" : "{");
    for (int i = 1; i <= (int)slots; i++) {
        if (call_member(c, arena_format(c->arena, "slot%d", i)))
            continue;
        text_format(&out, "%s%d", between, i);
        between = ",";
    }
    if (count)
        text_format(&out, "],\"most\":%s", cap ? cap : "null");
    text_put(&out, "}");
    const char *json = arena_string(c->arena, text_string(&out));
    text_fini(&out);
    return json;
}

static void press_attendance(struct call *c, const char *word)
{
    int64_t version;
    const struct page *p = c->state;
    bool comes = text_equal(word, "coming");
    const char *given = call_member(c, "version"), *body = comes ? attendance(c) : "{}";
    if (!body)
        again(c, ERR_OUT_OF_RANGE, "1..64");
    else if (given && !(text_int(given, &version) && version > 0 && version < INT32_MAX))
        again(c, ERR_CHANGED, "?");
    else
        call_write(c, SQL_badge_put, (const char *const[]){p->key, given, body, word}, on_done);
}

static void press_withdraw(struct call *c, const char *word)
{
    const struct page *p = c->state;
    call_write(c, SQL_badge_is, (const char *const[]){p->key, word}, on_done);
}

static void press_return(struct call *c, const char *word)
{
    const struct page *p = c->state;
    (void)word;
    call_write(c, SQL_participant_return, (const char *const[]){NULL, NULL, p->key}, on_done);
}

static void press_answer(struct call *c, const char *word)
{
    const struct page *p = c->state;
    const char *request = call_member(c, "request");
    if (request && text_uuid(request))
        call_write(c, SQL_badge_answer, (const char *const[]){p->key, request, word}, on_done);
    else
        again(c, ERR_NOT_FOUND, NULL);
}

// By the rules of the record that the API takes; false when refused (the page is answered).
static bool form_of(struct call *c, const char *record, const struct text *json, struct form *form)
{
    struct faults faults;
    fault_init(&faults, c->arena);
    if (form_read(text_string(json), json->len, record, c->arena, form, &faults) == ERR_OK)
        return true;
    again(c, faults.list[0].err, faults.list[0].arg);
    return false;
}

static void put_text(struct text *out, const char *name, const char *value)
{
    if (!value)
        return;
    text_format(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    text_json(out, value);
}

static void press_ask(struct call *c, const char *word)
{
    struct page *p = c->state;
    struct form form;
    struct text json;
    char id[37];
    (void)word;
    text_init(&json, 1 << 16);
    text_put(&json, "{");
    put_text(&json, "with", call_member(c, "with"));
    put_text(&json, "message", call_member(c, "message"));
    text_put(&json, "}");
    bool fine = form_of(c, "wish", &json, &form);
    text_fini(&json);
    if (!fine)
        return;
    p->who = form_value(&form, "with");
    seal_uuid(clock_wall(), id);
    if (text_uuid(p->who))
        call_write(c, SQL_badge_ask, (const char *const[]){p->key, id, p->who, "3", form_value(&form, "message")}, on_asked);
    else
        again(c, ERR_UNKNOWN_ID, p->who);
}

static void press_outcome(struct call *c, const char *word)
{
    const struct page *p = c->state;
    struct form form;
    struct text json;
    const char *met = call_member(c, "met");
    (void)word;
    text_init(&json, 1 << 16);
    text_put(&json, "{");
    put_text(&json, "request", call_member(c, "request"));
    put_text(&json, "follow_up", call_member(c, "follow_up"));
    if (met)
        text_format(&json, "%s\"met\":%s", json.len > 1 ? "," : "", text_equal(met, "true") ? "true" : "false");
    if (text_equal(met, "true"))
        text_format(&json, ",\"useful\":%s", call_member(c, "useful") ? "true" : "false");
    text_put(&json, "}");
    bool fine = form_of(c, "outcome", &json, &form);
    text_fini(&json);
    if (!fine)
        return;
    const char *request = form_value(&form, "request");
    if (text_uuid(request))
        call_write(c, SQL_badge_outcome, (const char *const[]){p->key, request, form_value(&form, "met"), form_value(&form, "useful"), form_value(&form, "follow_up")}, on_done);
    else
        again(c, ERR_NOT_FOUND, NULL);
}

static const struct button buttons[] = {
    {"come", press_attendance, "coming", {"Votre présence est enregistrée.", "Your attendance is saved."}},
    {"decline", press_attendance, "declined", {"Vous ne venez pas ; l'organisateur le voit.", "You are not coming; the organiser sees it."}},
    {"withdraw", press_withdraw, "withdraw", {"Vous vous êtes retiré ; les personnes que vous deviez rencontrer sont prévenues.", "You have withdrawn; those whom you were to meet are told."}},
    {"return", press_return, NULL, {"Vous venez finalement ; vos rencontres sont replacées s'il reste de la place.", "You are coming after all; your meetings are placed again where there is room."}},
    {"accept", press_answer, "accepted", {"La rencontre est acceptée ; l'autre personne est prévenue.", "The meeting is accepted; the other person is told."}},
    {"refuse", press_answer, "declined", {"La rencontre est déclinée ; vous pouvez encore changer d'avis.", "The meeting is declined; you can still change your mind."}},
    {"cancel", press_answer, "withdrawn", {"Votre demande est retirée.", "Your request is withdrawn."}},
    {"ask", press_ask, NULL, {"Votre demande est partie.", "Your request has been sent."}},
    {"outcome", press_outcome, NULL, {"Merci de l'avoir dit.", "Thank you for saying so."}},
};

void badgepage_post(struct call *c)
{
    if (!begin(c))
        return;
    const char *action = call_member(c, "action");
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
        if (text_equal(buttons[i].action, action)) {
            ((struct page *)c->state)->pressed = &buttons[i];
            buttons[i].press(c, buttons[i].word);
            return;
        }
    again(c, ERR_NOT_ONE_OF, "come, decline, ask, accept, refuse, cancel, outcome, withdraw, return");
}
