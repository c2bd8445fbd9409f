// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs about offers.
#include "offer.h"

#include "fetch.h"
#include "input.h"
#include "show.h"

#define FILE_MOST (64u << 20)
#define PATH_MOST 16384

enum result offer_set(struct call *c, const struct options *o)
{
    struct text body;
    char etag[128];
    enum result result = RESULT_USAGE;
    text_init(&body, FILE_MOST);
    if (input_whole(o, o->word[2], &body)) {
        struct request r = {.method = "PUT", .path = "/v1/offer", .type = "application/json"};
        r.body = text_string(&body);
        r.length = body.len;
        r.etag = o->value[OPTION_ETAG];
        result = r.etag ? RESULT_DONE : fetch_etag(c, o, r.path, true, etag);
        if (!r.etag && etag[0])
            r.etag = etag;
        if (result == RESULT_DONE)
            result = fetch_object(c, o, &r, show_offer, NULL);
    }
    text_fini(&body);
    return result;
}

enum result offer_show(struct call *c, const struct options *o)
{
    struct text path;
    text_init(&path, PATH_MOST);
    text_put(&path, "/v1/offer");
    if (o->words > 2) {
        text_put(&path, "s/");
        call_escape(&path, o->word[2]);
    }
    enum result result =
        fetch_object(c, o, &(struct request){.method = "GET", .path = text_string(&path)}, show_offer, NULL);
    text_fini(&path);
    return result;
}

enum result offer_needs(struct call *c, const struct options *o)
{
    return fetch_list(c, o, "/v1/offer/needs", show_fit_head, show_fit_row);
}
