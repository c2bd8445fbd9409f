// SPDX-License-Identifier: EUPL-1.2
// Knows when and how somebody arrives.
#include "app/checkin.h"

#include "app/frame.h"
#include "app/link.h"
#include "app/live.h"

// Columns of a badge: its page.
enum { NAME, COMPANY, CONVENTION, OPEN, ARRIVED, LANGUAGE };

static const char *const title[] = {"Arrivée", "Arrival"};
static const char *const bad_link[] = {"Ce code ne mène à personne qui soit attendu ; adressez-vous à l'accueil.",
                                       "This code leads to nobody who is expected; please ask at the desk."};
static const char *const not_now[] = {"L'arrivée se confirme le jour même, à partir de quatre heures avant le premier rendez-vous.",
                                      "An arrival is confirmed on the day itself, from four hours before the first meeting on."};
static const char *const here[] = {"Arrivée notée. Bons rendez-vous !", "Your arrival is noted. Have good meetings!"};
static const char *const button[] = {"Arrivé(e)", "I am here"};

static void say_nobody(struct call *c)
{
    struct text out;
    frame_begin(c, &out, title[c->lang], NULL);
    text_format(&out, "<p class=\"note bad\" role=\"alert\">%s</p>\n", bad_link[c->lang]);
    frame_end(c, &out, 404);
}

// ticket: of the button's form.
static void show(struct call *c, const struct pg_result *r, const char *ticket)
{
    struct text out;
    const char *company = pg_value(r, 0, COMPANY);
    bool arrived = pg_value(r, 0, ARRIVED) != NULL, open = text_equal(pg_value(r, 0, OPEN), "t");
    frame_begin(c, &out, title[c->lang], NULL);
    text_put(&out, "<p><strong>");
    text_html(&out, pg_value(r, 0, NAME));
    text_put(&out, company ? "</strong><br>" : "</strong>");
    text_html(&out, company ? company : "");
    text_put(&out, "</p>\n<p>");
    text_html(&out, pg_value(r, 0, CONVENTION));
    text_put(&out, "</p>\n");
    if (arrived)
        text_format(&out, "<p class=\"note good\" role=\"status\">%s</p>\n", here[c->lang]);
    else if (!open)
        text_format(&out, "<p class=\"note bad\" role=\"alert\">%s</p>\n", not_now[c->lang]);
    else
        text_format(&out,
                    "<form method=\"post\" action=\"%s\">\n<input type=\"hidden\" name=\"t\" value=\"%s\">\n"
                    "<button>%s</button>\n</form>\n",
                    frame_at(c, "/checkin"), ticket, button[c->lang]); // it was read as one: nothing in it needs escaping
    frame_end(c, &out, 200);
}

static void speak(struct call *c, const struct pg_result *r)
{
    if (!call_header_value(c, "Accept-Language") && !*frame_kept(c))
        c->lang = text_equal(pg_value(r, 0, LANGUAGE), "en") ? LANG_EN : LANG_FR;
}

// The ticket in c->state is that of a badge; NULL, and the page says so, when it is none.
static bool begin(struct call *c, const char *ticket, char key[static 37])
{
    c->state = arena_string(c->arena, ticket ? ticket : "");
    if (ticket && link_id(c->parts, "checkin", ticket, key))
        return true;
    say_nobody(c);
    return false;
}

static void on_page(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    if (call_failed(c, r))
        return;
    if (r->rows) {
        speak(c, r);
        show(c, r, c->state);
    } else
        say_nobody(c);
}

void checkin_page(struct call *c)
{
    char key[37];
    if (begin(c, call_query(c, "t"), key))
        call_read(c, SQL_badge_view, (const char *const[]){key}, on_page);
}

// Said or refused: the page shows how it stands now.
static void on_arrived(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    char key[37];
    if (call_failed(c, r))
        return;
    if (text_equal(pg_value(r, 0, 0), "200"))
        live_told(c->parts);
    if (begin(c, c->state, key))
        call_read(c, SQL_badge_view, (const char *const[]){key}, on_page);
}

static void on_asked(void *ctx, const struct pg_result *r)
{
    struct call *c = ctx;
    char key[37];
    if (call_failed(c, r))
        return;
    if (r->rows && text_equal(pg_value(r, 0, OPEN), "t") && !pg_value(r, 0, ARRIVED) && link_id(c->parts, "checkin", c->state, key))
        call_write(c, SQL_badge_is, (const char *const[]){key, "arrived"}, on_arrived);
    else
        on_page(c, r);
}

void checkin_post(struct call *c)
{
    char key[37];
    if (begin(c, call_member(c, "t"), key))
        call_read(c, SQL_badge_view, (const char *const[]){key}, on_asked);
}
