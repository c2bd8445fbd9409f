// SPDX-License-Identifier: EUPL-1.2
// What the server answers, for human eyes. Missing fields are left out.
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "option.h"

#include <jansson.h>

// The fields of any record of protocol/records.def.
void show_record(const struct options *o, const char *record, json_t *object);
void show_need(const struct options *o, json_t *need);
void show_offer(const struct options *o, json_t *offer);
void show_organisation(const struct options *o, json_t *organisation);
void show_person(const struct options *o, json_t *person);
void show_member(const struct options *o, json_t *member);
void show_invitation(const struct options *o, json_t *invitation);
void show_report(const struct options *o, json_t *report);
void show_erased(const struct options *o, json_t *erased);
void show_explanation(const struct options *o, json_t *explanation);
void show_match(const struct options *o, json_t *match); // what an answer came to
void show_funnel(const struct options *o, json_t *funnel);

// Rows of lists and their heads. Below a match stands how it was answered, with --verbose the lines of its score, too.
void show_need_head(const struct options *o);
void show_need_row(const struct options *o, json_t *need);
void show_supplier_head(const struct options *o);
void show_supplier_row(const struct options *o, json_t *match);
void show_fit_head(const struct options *o);
void show_fit_row(const struct options *o, json_t *match);
void show_find_head(const struct options *o); // of an alert
void show_find_row(const struct options *o, json_t *find);
void show_cpv_row(const struct options *o, json_t *cpv);
// One line for a notice, in a list or as it comes.
void show_notice(const struct options *o, json_t *notice);

#endif
