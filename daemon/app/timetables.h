// SPDX-License-Identifier: EUPL-1.2
// Versions of a convention's timetable: drafts changed by hand, compared, published. One function a route of
// protocol/routes.def.
#ifndef APP_TIMETABLES_H
#define APP_TIMETABLES_H

#include "app/call.h"

void timetables_list(struct call *c);
void timetables_post(struct call *c);
void timetables_get(struct call *c);
void timetables_compare(struct call *c);
void timetables_move(struct call *c);
void timetables_publish(struct call *c);
void timetables_drop(struct call *c);

#endif
