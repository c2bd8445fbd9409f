// SPDX-License-Identifier: EUPL-1.2
// Knows when and how somebody arrives.
#include "app/checkin.h"

#include "app/frame.h"
#include "app/link.h"
#include "app/live.h"
#include "base/clock.h"
#include "wire/prose.h"
#include "wire/qr.h"

// Columns of a badge: its page.
enum { NAME, COMPANY, CONVENTION, OPEN, ARRIVED, LANGUAGE, ZONE, START, TABLE };

static const char *const title[] = {"Arrivée", "Arrival"};
static const char *const bad_link[] = {"Ce code ne mène à personne qui soit attendu ; adressez-vous à l'accueil.",
                                       "This code leads to nobody who is expected; please ask at the desk."};
static const char *const not_now[] = {"L'arrivée se confirme le jour même, à partir de quatre heures avant le premier rendez-vous.",
                                      "An arrival is confirmed on the day itself, from four hours before the first meeting on."};
static const char *const here[] = {"Arrivée notée. Bons rendez-vous !", "Your arrival is noted. Have good meetings!"};
static const char *const to_show[] = {"À montrer à l'accueil, qui le lit avec un téléphone ou un lecteur.", "To be shown at the desk, which reads it with a phone or a reader."};
static const char *const button[] = {"Arrivé(e)", "I am here"};

static void say_nobody(struct call *c)
{
    struct text out;
    frame_begin(c, &out, title[c->lang], NULL);
    text_format(&out, "<p class=\"note bad\" role=\"alert\">%s</p>\n", bad_link[c->lang]);
    frame_end(c, &out, 404);
}

// Where it goes from here.
static void put_next(struct call *c, struct text *out, const struct pg_result *r)
{
    int64_t start;
    const char *table = pg_value(r, 0, TABLE);
    if (!table || !clock_parse(pg_value(r, 0, START), &start))
        return;
    const struct prose_moment at = prose_at(start, prose_zone(pg_value(r, 0, ZONE)));
    text_format(out, "<p>%s <strong>%02d:%02d</strong>, table <strong>", c->lang == LANG_FR ? "Prochain rendez-vous :" : "Next meeting:", at.hour, at.minute);
    text_html(out, table);
    text_put(out, "</strong></p>\n");
}

static void put_code(struct call *c, struct text *out, const char *key)
{
    text_put(out, "<p class=\"qr\">");
    qr_svg(out, link_make(c->parts, "/checkin?t=", "checkin", key, c->arena));
    text_format(out, "</p>\n<p class=\"soft\">%s</p>\n", to_show[c->lang]);
}

// ticket: of the button's form, of the badge of that key.
static void show(struct call *c, const struct pg_result *r, const char *ticket, const char *key)
{
    struct text out;
    const char *company = pg_value(r, 0, COMPANY);
    bool arrived = pg_value(r, 0, ARRIVED) != NULL, open = text_equal(pg_value(r, 0, OPEN), "t");
    frame_begin(c, &out, title[c->lang], NULL);
    text_put(&out, "<p class=\"big\">");
    text_html(&out, pg_value(r, 0, NAME));
    text_put(&out, "</p>\n<p>");
    text_html(&out, company ? company : "");
    text_put(&out, company ? "<br>" : "");
    text_html(&out, pg_value(r, 0, CONVENTION));
    text_put(&out, "</p>\n");
    if (arrived) {
        text_format(&out, "<p class=\"note good\" role=\"status\">%s</p>\n", here[c->lang]);
        put_next(c, &out, r);
    } else if (!open)
        text_format(&out, "<p class=\"note bad\" role=\"alert\">%s</p>\n", not_now[c->lang]);
    else
        text_format(&out,
                    "<form method=\"post\" action=\"%s\">\n<input type=\"hidden\" name=\"t\" value=\"%s\">\n"
                    "<button>%s</button>\n</form>\n",
                    frame_at(c, "/checkin"), ticket, button[c->lang]); // it was read as one: nothing in it needs escaping
    if (!arrived)
        put_code(c, &out, key);
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
    char key[37];
    if (call_failed(c, r))
        return;
    if (r->rows && link_id(c->parts, "checkin", c->state, key)) {
        speak(c, r);
        show(c, r, c->state, key);
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
