// SPDX-License-Identifier: EUPL-1.2
// The pages that mailed links lead to: plain HTML, for any browser. A GET changes nothing; the button does.
#ifndef APP_PAGES_H
#define APP_PAGES_H

#include "app/call.h"

void pages_ticket(struct call *c);
void pages_style(struct call *c);
// The answers to the button: done, or the page once more with what is wrong (field NULL: the whole).
void pages_done(struct call *c, const char *kind);
void pages_refuse(struct call *c, const char *ticket, enum err err, const char *arg, const char *field);

#endif
