// SPDX-License-Identifier: EUPL-1.2
// Knows how a need is answered, and that a refusal may change the offer.
#include "answer.h"

#include "form.h"
#include "say.h"
#include "show.h"

#include <stdio.h>

static const struct option_field of_interest[] = {
    {"message", OPTION_MESSAGE, OPTION_AS_TEXT, false},
    {NULL, 0, 0, false},
};
static const struct option_field of_refusal[] = {
    {"reason", OPTION_REASON, OPTION_AS_TEXT, true},
    {"message", OPTION_MESSAGE, OPTION_AS_TEXT, false},
    {NULL, 0, 0, false},
};

// *match, when not NULL, gets what came of it.
static enum result answer(struct call *c, const struct options *o, const char *rest, const struct option_field *fields,
                          json_t **match)
{
    struct text path;
    json_t *body = json_object();
    enum result result = RESULT_USAGE;
    call_path(&path, "/v1/needs/", o->word[2], rest);
    struct request r = {.method = "POST", .path = text_string(&path), .fields = fields};
    if (form_fill(o, fields, body))
        result = form_fetch(c, o, r, json_incref(body), show_match, match);
    json_decref(body);
    text_fini(&path);
    return result;
}

enum result answer_interested(struct call *c, const struct options *o)
{
    return answer(c, o, "/interested", of_interest, NULL);
}

static void show_written(const struct options *o, json_t *offer)
{
    printf(o->lang == LANG_FR ? "Offre changée, version %" JSON_INTEGER_FORMAT ".\n"
                              : "Offer changed, version %" JSON_INTEGER_FORMAT ".\n",
           json_integer_value(json_object_get(offer, "version")));
}

// Writes the offer that is proposed, unless it was changed meanwhile.
static enum result apply(struct call *c, const struct options *o, json_t *proposal)
{
    char etag[32];
    snprintf(etag, sizeof etag, "\"%" JSON_INTEGER_FORMAT "\"",
             json_integer_value(json_object_get(proposal, "version")));
    enum result result = form_fetch(c, o, (struct request){.method = "PUT", .path = "/v1/offer", .etag = etag},
                                    json_incref(json_object_get(proposal, "offer")), show_written, NULL);
    if (result != RESULT_DONE)
        say_line(o->lang, "Le besoin est décliné, mais l'offre n'est pas changée.",
                 "The need is declined, but the offer is not changed.");
    return result;
}

enum result answer_decline(struct call *c, const struct options *o)
{
    json_t *match = NULL;
    enum result result = answer(c, o, "/declined", of_refusal, &match);
    json_t *proposal = json_object_get(match, "proposal");
    if (result == RESULT_DONE && !json_is_object(json_object_get(proposal, "offer")))
        say_line(o->lang, "Aucun changement de l'offre n'est proposé.", "No change of the offer is proposed.");
    else if (result == RESULT_DONE && option_given(o, OPTION_APPLY))
        result = apply(c, o, proposal);
    else if (result == RESULT_DONE)
        say_line(o->lang, "La même commande avec --apply écrit ce changement.",
                 "The same command with --apply writes this change.");
    json_decref(match);
    return result;
}

static void show_seen(const struct options *o, json_t *match)
{
    (void)match;
    puts(o->lang == LANG_FR ? "Noté." : "Noted.");
}

enum result answer_seen(struct call *c, const struct options *o)
{
    struct text path;
    call_path(&path, "/v1/needs/", o->word[2], "/seen");
    enum result result =
        fetch_object(c, o, &(struct request){.method = "POST", .path = text_string(&path)}, show_seen, NULL);
    text_fini(&path);
    return result;
}
