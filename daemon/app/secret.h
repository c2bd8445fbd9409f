// SPDX-License-Identifier: EUPL-1.2
// Passwords of a request, hashed and compared in the pool, so that the loop never waits for one.
#ifndef APP_SECRET_H
#define APP_SECRET_H

#include "app/call.h"

// Whether the password is the stored one; NULL stored takes as long and is wrong. next is not called when the pool is full
// (429 is answered). Uses c->state until next is called, then gives it back.
void secret_check(struct call *c, const char *stored, const char *password, void (*next)(struct call *c, bool right));
// hash NULL when the password is (nothing is done then).
void secret_make(struct call *c, const char *password, void (*next)(struct call *c, const char *hash));

#endif
