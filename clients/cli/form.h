// SPDX-License-Identifier: EUPL-1.2
// Bodies made of options.
#ifndef CLI_FORM_H
#define CLI_FORM_H

#include "fetch.h"

// Whether any option of the table was given.
bool form_given(const struct options *o, const struct option_field *fields);
// Puts into the object what the options say. False (said) when a needed one is missing or one is not UTF-8.
bool form_fill(const struct options *o, const struct option_field *fields, json_t *object);
// Sends the body, which is taken, and waits for the answer, whatever its status (call_send).
enum result form_send(struct call *c, struct request r, json_t *body, struct answer *a);
// The same, with the answer on stdout (fetch_object).
enum result form_fetch(struct call *c, const struct options *o, struct request r, json_t *body, fetch_show *show,
                       json_t **out);

#endif
