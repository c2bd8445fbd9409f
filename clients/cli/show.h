// SPDX-License-Identifier: EUPL-1.2
// What the server answers, for human eyes. Missing fields are left out.
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "option.h"

#include <jansson.h>

void show_need(const struct options *o, json_t *need);
void show_offer(const struct options *o, json_t *offer);
void show_organisation(const struct options *o, json_t *organisation);
void show_person(const struct options *o, json_t *person);
void show_member(const struct options *o, json_t *member);
void show_invitation(const struct options *o, json_t *invitation);
void show_report(const struct options *o, json_t *report);
void show_erased(const struct options *o, json_t *erased);
void show_explanation(const struct options *o, json_t *explanation);

// Rows of lists and their heads. With --verbose a match shows the lines of its score.
void show_need_head(const struct options *o);
void show_need_row(const struct options *o, json_t *need);
void show_supplier_head(const struct options *o);
void show_supplier_row(const struct options *o, json_t *match);
void show_fit_head(const struct options *o);
void show_fit_row(const struct options *o, json_t *match);
void show_cpv_row(const struct options *o, json_t *cpv);
// One line for a notice, in a list or as it comes.
void show_notice(const struct options *o, json_t *notice);

#endif
