// SPDX-License-Identifier: EUPL-1.2
// Timetables that have to be mended: found, planned by a child, published or left as a draft. Several daemons on one database
// share it.
#ifndef APP_REPAIRS_H
#define APP_REPAIRS_H

#include "app/parts.h"

struct repairs;

struct repairs *repairs_new(struct parts *s);
void repairs_free(struct repairs *r); // NULL is fine
// One may be due. Cheap; call it often.
void repairs_wake(struct repairs *r);

#endif
