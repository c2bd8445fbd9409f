// SPDX-License-Identifier: EUPL-1.2
// Knows how a participant's page looks.
#include "wire/badge.h"

#include "base/clock.h"
#include "wire/prose.h"
#include "wire/qr.h"
#include "wire/strict.h"
#include "wire/word.h"

#include <string.h>

enum phrase {
    AS, NEXT, NOW, THEN, ASOF, AGAIN, COMES, COMES_NOT, WITHDRAWN, INVITED, PROGRAMME, NO_MEETING, PRELIMINARY, CALENDAR, FOLLOW_HOW, FOLLOW_APPLE, FOLLOW_OTHERS, SHEET, QR, TABLE, RECEIVED, WISHES, WAITS, NOT_PLACED, PLACED,
    ACCEPT, REFUSE, CANCEL, PEOPLE, FIND, LOOK, NOBODY, ASK, MESSAGE, HOURS, HERE_AT, LATE, MOST, COME, SAVE, DECLINE, WITHDRAW, WITHDRAW_SAYS, RETURN, RETURN_SAYS, OUTCOME, MET,
    NOT_MET, USEFUL, FOLLOW, SEND, TOLD, PHRASES
};

static const char *const phrases[PHRASES][2] = {
    [AS] = {"Organisé par", "Organised by"},
    [NEXT] = {"Prochain rendez-vous", "Next meeting"},
    [NOW] = {"Rendez-vous en cours", "Meeting under way"},
    [THEN] = {"Ensuite", "Then"},
    [ASOF] = {"À jour à", "As of"},
    [AGAIN] = {"Actualiser", "Refresh"},
    [COMES] = {"Vous venez.", "You are coming."},
    [COMES_NOT] = {"Vous ne venez pas.", "You are not coming."},
    [WITHDRAWN] = {"Vous vous êtes retiré : vos rendez-vous sont annulés.", "You have withdrawn: your meetings are cancelled."},
    [INVITED] = {"Vous êtes invité : dites si vous venez.", "You are invited: say whether you are coming."},
    [PROGRAMME] = {"Mes rendez-vous", "My meetings"},
    [NO_MEETING] = {"Aucun rendez-vous n'est placé pour l'instant.", "No meeting is placed for now."},
    [PRELIMINARY] = {"Ce programme est provisoire : il peut encore changer.", "This programme is preliminary: it may still change."},
    [CALENDAR] = {"Ajouter à mon agenda", "Add to my calendar"},
    [FOLLOW_HOW] = {"Suivre les changements dans mon agenda", "Follow the changes in my calendar"},
    [FOLLOW_APPLE] = {"Sur un iPhone ou un Mac, ouvrez l'adresse et choisissez « S'abonner ».", "On an iPhone or a Mac, open the address and choose “Subscribe”."},
    [FOLLOW_OTHERS] = {"Dans Google Agenda : Autres agendas, + , À partir de l'URL. Dans Outlook : Ajouter un calendrier, S'abonner à partir du web. Collez-y l'adresse ; elle est secrète.", "In Google Calendar: Other calendars, +, From URL. In Outlook: Add calendar, Subscribe from web. Paste the address there; it is secret."},
    [SHEET] = {"Feuille à imprimer", "Sheet to print"},
    [QR] = {"Mon QR code, mon arrivée", "My QR code, my arrival"},
    [TABLE] = {"table", "table"},
    [RECEIVED] = {"Ils souhaitent vous rencontrer", "They want to meet you"},
    [WISHES] = {"Mes demandes", "My requests"},
    [WAITS] = {"attend une réponse", "waits for an answer"},
    [NOT_PLACED] = {"acceptée, pas encore placée", "accepted, not placed yet"},
    [PLACED] = {"acceptée, placée", "accepted, placed"},
    [ACCEPT] = {"Accepter", "Accept"},
    [REFUSE] = {"Décliner", "Decline"},
    [CANCEL] = {"Retirer cette demande", "Withdraw this request"},
    [PEOPLE] = {"Demander un rendez-vous", "Ask for a meeting"},
    [FIND] = {"Nom ou organisation", "Name or organisation"},
    [LOOK] = {"Chercher", "Look"},
    [NOBODY] = {"Personne n'est trouvé.", "Nobody is found."},
    [ASK] = {"Demander à rencontrer", "Ask to meet"},
    [MESSAGE] = {"Message (facultatif)", "Message (optional)"},
    [HOURS] = {"Ma présence", "My attendance"},
    [HERE_AT] = {"Je suis là", "I am there"},
    [LATE] = {"En retard, ou obligé de partir plus tôt ? Décochez les créneaux que vous manquez : vos rendez-vous sont déplacés s'il reste de la place.", "Late, or leaving early? Untick the slots that you will miss: your meetings are moved where there is room."},
    [MOST] = {"Rendez-vous au plus (facultatif)", "Meetings at most (optional)"},
    [COME] = {"Je viens", "I am coming"},
    [SAVE] = {"Enregistrer", "Save"},
    [DECLINE] = {"Je ne viens pas", "I am not coming"},
    [WITHDRAW] = {"Je me retire", "I withdraw"},
    [WITHDRAW_SAYS] = {"Vos rendez-vous sont annulés, les personnes que vous deviez rencontrer sont prévenues, et leurs places vont à d'autres.", "Your meetings are cancelled, those whom you were to meet are told, and your places go to others."},
    [RETURN] = {"Je viens finalement", "I am coming after all"},
    [RETURN_SAYS] = {"Vous avez changé d'avis ? Vos rencontres sont replacées s'il reste de la place, peut-être à une autre heure.", "Have you changed your mind? Your meetings are placed again where there is room, perhaps at another hour."},
    [OUTCOME] = {"Qu'a donné ce rendez-vous ?", "What came of this meeting?"},
    [MET] = {"Il a eu lieu", "It took place"},
    [NOT_MET] = {"Il n'a pas eu lieu", "It did not take place"},
    [USEFUL] = {"Il a été utile", "It was useful"},
    [FOLLOW] = {"Suite", "Follow-up"},
    [SEND] = {"Envoyer", "Send"},
    [TOLD] = {"Vous l'avez dit ; vous pouvez le changer.", "You have said so; you can change it."},
};

struct writer {
    struct text *out;
    const struct badge_page *page;
    struct arena *arena;
    struct prose prose; // no letter: its days
    int zone;           // in which hours are told (prose_zone)
    int forms;          // so far: each gets names of its own
};

static const char *say(const struct writer *w, enum phrase p)
{
    return phrases[p][w->page->lang];
}

static const char *member(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    return s ? s : "";
}

// Hours

struct hours {
    int64_t start;
    struct prose_moment from, to;
};

// Of an object with "start" and "end"; false when these are no instants.
static bool hours_of(const struct writer *w, const json_t *object, struct hours *h)
{
    int64_t end;
    if (!clock_parse(member(object, "start"), &h->start) || !clock_parse(member(object, "end"), &end))
        return false;
    h->from = prose_at(h->start, w->zone);
    h->to = prose_at(end, w->zone);
    return true;
}

// "09:00–09:20"
static const char *hours_text(const struct writer *w, const struct hours *h)
{
    return arena_format(w->arena, "%02d:%02d–%02d:%02d", h->from.hour, h->from.minute, h->to.hour, h->to.minute);
}

// Forms

static void begin_form(struct writer *w)
{
    w->forms++;
    text_html_in(w->out, "<form method=\"post\" action=\"", w->page->self, *w->page->kept ? "?" : "");
    text_html_in(w->out, "", w->page->kept, "\">\n");
}

static void put_hidden(const struct writer *w, const char *name, const char *value)
{
    text_format(w->out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    text_html_in(w->out, "", value, "\">\n");
}

// look: "main", "bad" or "small", as the style sheet has them.
static void put_button(const struct writer *w, const char *action, const char *look, enum phrase text)
{
    text_format(w->out, "<button name=\"action\" value=\"%s\" class=\"%s\">%s</button>\n", action, look, say(w, text));
}

static void end_form(const struct writer *w)
{
    text_put(w->out, "</form>\n");
}

static const char *who_of(const struct writer *w, const json_t *with)
{
    const char *company = member(with, "company");
    return arena_format(w->arena, "%s%s%s", member(with, "name"), *company ? ", " : "", company);
}

// What it is about

static void put_head(struct writer *w, const json_t *root)
{
    const json_t *convention = json_object_get(root, "convention"), *me = json_object_get(root, "participant");
    int64_t starts;
    text_html_in(w->out, "<p><strong>", who_of(w, me), "</strong></p>\n<p>");
    if (clock_parse(member(convention, "starts"), &starts))
        text_html_in(w->out, "", prose_date(&w->prose, prose_at(starts, w->zone)), "");
    text_html_in(w->out, *member(convention, "place") ? ", " : "", member(convention, "place"), "<br>");
    text_html_in(w->out, "", say(w, AS), " ");
    text_html_in(w->out, "", member(convention, "organiser"), "</p>\n");
}

static void put_state(const struct writer *w, const char *state)
{
    static const struct {
        const char *state;
        enum phrase says;
    } states[] = {{"listed", COMES}, {"coming", COMES}, {"invited", INVITED}, {"declined", COMES_NOT}, {"withdrawn", WITHDRAWN}};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].state, state) == 0)
            text_format(w->out, "<p class=\"note%s\">%s</p>\n", states[i].says == COMES ? " good" : states[i].says == INVITED ? " warn" : "", say(w, states[i].says));
}

// Meetings

static void put_follow_ups(const struct writer *w, const char *chosen)
{
    text_format(w->out, "<div class=\"field\"><label for=\"follow%d\">%s</label>\n<select id=\"follow%d\" name=\"follow_up\">\n", w->forms, say(w, FOLLOW), w->forms);
    for (const struct word *v = NULL; (v = word_next("follow_up", v));)
        text_format(w->out, "<option value=\"%s\"%s>%s</option>\n", v->word, strcmp(v->word, chosen) == 0 ? " selected" : "", v->text[w->page->lang]);
    text_put(w->out, "</select></div>\n");
}

static void put_outcome(struct writer *w, const json_t *meeting)
{
    const json_t *outcome = json_object_get(meeting, "outcome");
    bool told = json_is_object(outcome), met = !told || json_is_true(json_object_get(outcome, "met"));
    text_format(w->out, "<details><summary>%s</summary>\n", say(w, OUTCOME));
    begin_form(w);
    put_hidden(w, "request", member(meeting, "meeting"));
    text_format(w->out, "<fieldset class=\"field\"><legend>%s%s%s</legend>\n", say(w, OUTCOME), told ? " " : "", told ? say(w, TOLD) : "");
    text_format(w->out, "<label class=\"check\"><input type=\"radio\" name=\"met\" value=\"true\"%s required> <span>%s</span></label>\n", met ? " checked" : "", say(w, MET));
    text_format(w->out, "<label class=\"check\"><input type=\"radio\" name=\"met\" value=\"false\"%s> <span>%s</span></label>\n", met ? "" : " checked", say(w, NOT_MET));
    text_format(w->out, "<label class=\"check\"><input type=\"checkbox\" name=\"useful\" value=\"true\"%s> <span>%s</span></label>\n",
                json_is_true(json_object_get(outcome, "useful")) ? " checked" : "", say(w, USEFUL));
    put_follow_ups(w, member(outcome, "follow_up"));
    text_put(w->out, "</fieldset>\n");
    put_button(w, "outcome", "small", SEND);
    end_form(w);
    text_put(w->out, "</details>\n");
}

static void put_place_and_people(const struct writer *w, const json_t *meeting)
{
    const char *title = member(json_object_get(meeting, "need"), "title");
    text_html_in(w->out, "", say(w, TABLE), " ");
    text_html_in(w->out, "", member(meeting, "table"), "<br>");
    text_html_in(w->out, "", who_of(w, json_object_get(meeting, "with")), "");
    if (*title)
        text_html_in(w->out, "<br><em>", title, "</em>");
}

// The first meeting from i on that is not over; NULL: none.
static const json_t *coming(const struct writer *w, const json_t *meetings, size_t *i)
{
    int64_t end;
    for (; *i < json_array_size(meetings); ++*i)
        if (clock_parse(member(json_array_get(meetings, *i), "end"), &end) && end > w->page->now)
            return json_array_get(meetings, (*i)++);
    return NULL;
}

// The meeting under way, or the next one, in large type, and the one behind it: what one looks for on a telephone.
static void put_next(struct writer *w, const json_t *meetings)
{
    size_t i = 0;
    struct hours h, then;
    const json_t *next = coming(w, meetings, &i), *behind = coming(w, meetings, &i);
    if (!next || !hours_of(w, next, &h))
        return;
    text_format(w->out, "<section class=\"card\" aria-labelledby=\"next\"><h2 id=\"next\">%s</h2>\n", say(w, h.start <= w->page->now ? NOW : NEXT));
    text_html_in(w->out, "<p class=\"big\">", hours_text(w, &h), "</p>\n<p>");
    text_html_in(w->out, "", prose_date(&w->prose, h.from), ", ");
    put_place_and_people(w, next);
    text_put(w->out, "</p>\n");
    if (behind && hours_of(w, behind, &then)) {
        text_html_in(w->out, "<p>", say(w, THEN), " <strong>");
        text_html_in(w->out, "", hours_text(w, &then), "</strong>, ");
        put_place_and_people(w, behind);
        text_put(w->out, "</p>\n");
    }
    text_put(w->out, "</section>\n");
}

// How old the page is: where the connection is bad it is looked at for hours.
static void put_age(const struct writer *w)
{
    const struct prose_moment now = prose_at(w->page->now, w->zone);
    text_format(w->out, "<p class=\"soft\">%s %02d:%02d · ", say(w, ASOF), now.hour, now.minute);
    text_html_in(w->out, "<a href=\"", w->page->self, *w->page->kept ? "?" : "");
    text_html_in(w->out, "", w->page->kept, "\">");
    text_html_in(w->out, "", say(w, AGAIN), "</a></p>\n");
}

static void put_meeting(struct writer *w, const json_t *meeting)
{
    struct hours h;
    if (!hours_of(w, meeting, &h))
        return;
    text_html_in(w->out, "<li class=\"card\"><p><strong>", hours_text(w, &h), "</strong>, ");
    put_place_and_people(w, meeting);
    text_put(w->out, "</p>");
    if (h.start <= w->page->now)
        put_outcome(w, meeting);
    text_put(w->out, "</li>\n");
}

// Under the name of each day.
static void put_meetings(struct writer *w, const json_t *root)
{
    const json_t *meetings = json_object_get(root, "meetings");
    const char *day = "";
    text_format(w->out, "<h2>%s</h2>\n", say(w, PROGRAMME));
    if (json_array_size(meetings) == 0)
        text_format(w->out, "<p>%s</p>\n", say(w, NO_MEETING));
    else if (strcmp(member(json_object_get(root, "timetable"), "state"), "preliminary") == 0)
        text_format(w->out, "<p>%s</p>\n", say(w, PRELIMINARY));
    for (size_t i = 0; i < json_array_size(meetings); i++) {
        struct hours h;
        const json_t *meeting = json_array_get(meetings, i);
        const char *its = hours_of(w, meeting, &h) ? prose_date(&w->prose, h.from) : day;
        if (strcmp(its, day) != 0) {
            text_put(w->out, *day ? "</ul>\n" : "");
            text_html_in(w->out, "<h3>", its, "</h3>\n<ul class=\"plain\">\n");
            day = its;
        }
        put_meeting(w, meeting);
    }
    text_put(w->out, *day ? "</ul>\n" : "");
}

static void put_papers(const struct writer *w)
{
    text_html_in(w->out, "<p class=\"row\"><a class=\"button small\" href=\"", w->page->agenda, "\">");
    text_html_in(w->out, "", say(w, CALENDAR), "</a> ");
    text_html_in(w->out, "<a class=\"button small\" href=\"", w->page->sheet, "\">");
    text_html_in(w->out, "", say(w, SHEET), "</a> ");
    text_html_in(w->out, "<a class=\"button small\" href=\"", w->page->checkin, "\">");
    text_html_in(w->out, "", say(w, QR), "</a></p>\n");
    text_html_in(w->out, "<details><summary>", say(w, FOLLOW_HOW), "</summary>\n<p>");
    text_html_in(w->out, "", w->page->agenda, "</p>\n");
    text_html_in(w->out, "<p>", say(w, FOLLOW_APPLE), "<br>\n");
    text_html_in(w->out, "", say(w, FOLLOW_OTHERS), "</p></details>\n");
}

// Requests

static bool by_me(const json_t *request)
{
    return strcmp(member(request, "by"), "me") == 0;
}

static void put_request(struct writer *w, const json_t *request)
{
    const char *state = member(request, "state"), *message = member(request, "message"), *title = member(json_object_get(request, "need"), "title");
    bool accepted = strcmp(state, "accepted") == 0, asked = strcmp(state, "asked") == 0;
    text_html_in(w->out, "<li class=\"card\"><p><strong>", who_of(w, json_object_get(request, "with")), "</strong>");
    if (*title)
        text_html_in(w->out, "<br><em>", title, "</em>");
    if (*message)
        text_html_in(w->out, "<br>« ", message, " »");
    if (accepted)
        text_html_in(w->out, "<br>", say(w, json_is_true(json_object_get(request, "placed")) ? PLACED : NOT_PLACED), "");
    else if (!asked || by_me(request))
        text_html_in(w->out, "<br>", asked ? say(w, WAITS) : word_text("request_state", (unsigned)word_value("request_state", state), w->page->lang), "");
    text_put(w->out, "</p>\n");
    begin_form(w);
    put_hidden(w, "request", member(request, "id"));
    if (by_me(request) && (asked || accepted))
        put_button(w, "cancel", "small", CANCEL);
    if (!by_me(request) && !accepted)
        put_button(w, "accept", "main", ACCEPT);
    if (!by_me(request) && (asked || accepted))
        put_button(w, "refuse", "bad", REFUSE);
    end_form(w);
    text_put(w->out, "</li>\n");
}

// Those that wait for me, or all the others.
static void put_requests(struct writer *w, const json_t *root, bool waiting)
{
    const json_t *requests = json_object_get(root, "requests");
    bool any = false;
    for (size_t i = 0; i < json_array_size(requests); i++) {
        const json_t *request = json_array_get(requests, i);
        if ((!by_me(request) && strcmp(member(request, "state"), "asked") == 0) != waiting)
            continue;
        if (!any)
            text_format(w->out, "<h2>%s</h2>\n<ul class=\"plain\">\n", say(w, waiting ? RECEIVED : WISHES));
        any = true;
        put_request(w, request);
    }
    text_put(w->out, any ? "</ul>\n" : "");
}

static void put_person(struct writer *w, const json_t *person)
{
    const char *description = member(person, "description");
    if (*member(person, "request"))
        return;
    text_html_in(w->out, "<li class=\"card\"><p><strong>", who_of(w, person), "</strong>");
    text_html_in(w->out, *description ? "<br>" : "", description, "</p>\n");
    begin_form(w);
    put_hidden(w, "with", member(person, "id"));
    text_format(w->out, "<div class=\"field\"><label for=\"message%d\">%s</label>\n<input id=\"message%d\" name=\"message\" maxlength=\"1000\"></div>\n", w->forms, say(w, MESSAGE), w->forms);
    put_button(w, "ask", "small", ASK);
    end_form(w);
    text_put(w->out, "</li>\n");
}

static bool put_people(struct writer *w)
{
    const char *why, *words = w->page->words ? w->page->words : "";
    text_format(w->out, "<h2>%s</h2>\n", say(w, PEOPLE));
    text_html_in(w->out, "<form method=\"get\" action=\"", w->page->self, "\">\n");
    if (text_starts(w->page->kept, "lang="))
        put_hidden(w, "lang", w->page->kept + strlen("lang="));
    text_format(w->out, "<div class=\"field\"><label for=\"q\">%s</label>\n<input id=\"q\" name=\"q\" type=\"search\" value=\"", say(w, FIND));
    text_html_in(w->out, "", words, "\"></div>\n");
    text_format(w->out, "<button class=\"small\">%s</button>\n</form>\n", say(w, LOOK));
    if (!w->page->people)
        return true;
    json_t *root = strict_load(w->page->people, strlen(w->page->people), w->arena, &why);
    const json_t *items = json_object_get(root, "items");
    text_put(w->out, json_array_size(items) ? "<ul class=\"plain\">\n" : "");
    for (size_t i = 0; i < json_array_size(items); i++)
        put_person(w, json_array_get(items, i));
    if (json_array_size(items))
        text_put(w->out, "</ul>\n");
    else
        text_format(w->out, "<p>%s</p>\n", say(w, NOBODY));
    json_decref(root);
    return root != NULL;
}

// Attendance

static bool holds(const json_t *list, json_int_t number)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_integer_value(json_array_get(list, i)) == number)
            return true;
    return false;
}

static void put_slot(const struct writer *w, const json_t *slot, bool there)
{
    struct hours h;
    if (!hours_of(w, slot, &h))
        return;
    text_format(w->out, "<label class=\"check\"><input type=\"checkbox\" name=\"slot%d\" value=\"1\"%s> <span>", (int)json_integer_value(json_object_get(slot, "slot")), there ? " checked" : "");
    text_html_in(w->out, "", hours_text(w, &h), ", ");
    text_html_in(w->out, "", member(slot, "session"), "</span></label>\n");
}

static void put_return(struct writer *w)
{
    text_format(w->out, "<p>%s</p>\n", say(w, RETURN_SAYS));
    begin_form(w);
    put_button(w, "return", "main", RETURN);
    end_form(w);
}

// Behind a summary: what others are told at once is not one touch away.
static void put_withdrawal(struct writer *w)
{
    text_html_in(w->out, "<details><summary>", say(w, WITHDRAW), "</summary>\n");
    begin_form(w);
    text_format(w->out, "<p>%s</p>\n", say(w, WITHDRAW_SAYS));
    put_button(w, "withdraw", "bad", WITHDRAW);
    end_form(w);
    text_put(w->out, "</details>\n");
}

static void put_attendance(struct writer *w, const json_t *root, const char *state)
{
    const json_t *me = json_object_get(root, "participant"), *slots = json_object_get(json_object_get(root, "programme"), "slots");
    bool comes = strcmp(state, "listed") == 0 || strcmp(state, "coming") == 0;
    int most = (int)json_integer_value(json_object_get(me, "most"));
    text_format(w->out, "<h2>%s</h2>\n<p class=\"soft\">%s</p>\n", say(w, HOURS), say(w, LATE));
    begin_form(w);
    put_hidden(w, "version", arena_format(w->arena, "%d", (int)json_integer_value(json_object_get(me, "version"))));
    put_hidden(w, "slots", arena_format(w->arena, "%zu", json_array_size(slots)));
    text_format(w->out, "<fieldset class=\"field\"><legend>%s</legend>\n<div class=\"choices\">\n", say(w, HERE_AT));
    for (size_t i = 0; i < json_array_size(slots); i++) {
        const json_t *slot = json_array_get(slots, i);
        put_slot(w, slot, !holds(json_object_get(me, "absent"), json_integer_value(json_object_get(slot, "slot"))));
    }
    text_format(w->out, "</div></fieldset>\n<div class=\"field\"><label for=\"most\">%s</label>\n<input id=\"most\" name=\"most\" inputmode=\"numeric\" pattern=\"[0-9]*\" value=\"", say(w, MOST));
    text_put(w->out, most ? arena_format(w->arena, "%d", most) : "");
    text_put(w->out, "\"></div>\n<p class=\"row\">");
    put_button(w, "come", "main", comes ? SAVE : COME);
    if (strcmp(state, "invited") == 0) // who comes withdraws, behind a summary
        put_button(w, "decline", "bad", DECLINE);
    text_put(w->out, "</p>\n");
    end_form(w);
    if (comes)
        put_withdrawal(w);
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words;
}

static bool put_all(struct writer *w, const json_t *root)
{
    static const char *const going[] = {"draft", "open", "closed", NULL};
    const char *state = member(json_object_get(root, "participant"), "state"), *of = member(json_object_get(root, "programme"), "state");
    static const char *const there[] = {"listed", "coming", NULL};
    bool fine = true, gone = strcmp(state, "withdrawn") == 0, goes = is_one_of(of, going), comes = is_one_of(state, there);
    w->zone = prose_zone(member(json_object_get(root, "convention"), "zone"));
    put_head(w, root);
    if (!comes)
        put_state(w, state);
    if (gone && goes)
        put_return(w);
    if (!gone && goes && strcmp(state, "invited") == 0)
        put_attendance(w, root, state);
    if (!gone) {
        put_next(w, json_object_get(root, "meetings"));
        if (comes)
            put_state(w, state);
        put_age(w);
        put_papers(w);
        put_meetings(w, root);
    }
    if (!gone && goes) {
        put_requests(w, root, true);
        put_requests(w, root, false);
    }
    if (!gone && strcmp(of, "open") == 0)
        fine = put_people(w);
    if (!gone && goes && strcmp(state, "invited") != 0)
        put_attendance(w, root, state);
    return fine;
}

static json_t *load(const char *json, struct arena *arena)
{
    const char *why;
    json_t *root = strict_load(json, strlen(json), arena, &why);
    if (root && json_is_object(json_object_get(root, "convention")) && json_is_object(json_object_get(root, "participant")))
        return root;
    json_decref(root);
    return NULL;
}

const char *badge_title(const char *json, struct arena *arena)
{
    json_t *root = load(json, arena);
    const char *title = root ? arena_string(arena, member(json_object_get(root, "convention"), "name")) : NULL;
    json_decref(root);
    return title;
}

bool badge_write(struct text *out, const char *json, const struct badge_page *page, struct arena *arena)
{
    struct writer w = {.out = out, .page = page, .arena = arena, .prose = {.lang = page->lang, .arena = arena}};
    json_t *root = load(json, arena);
    bool fine = root && put_all(&w, root);
    json_decref(root);
    return fine;
}
