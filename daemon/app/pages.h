// SPDX-License-Identifier: EUPL-1.2
// The pages that mailed links lead to: plain HTML, for any browser. A GET changes nothing; the button does.
#ifndef APP_PAGES_H
#define APP_PAGES_H

#include "app/call.h"
#include "core/propose.h"

void pages_ticket(struct call *c);
// The answers to the button: done, or the page once more with what is wrong (field NULL: the whole).
void pages_done(struct call *c, const char *kind);
void pages_refuse(struct call *c, const char *ticket, enum err err, const char *arg, const char *field);
// The alert of an address is on; feed: where it can be followed too.
void pages_alert(struct call *c, const char *feed);
// Unsubscribing: asks (ticket given: of whom, of which alert or NULL), or says that it is done (stopped), or that the link is none.
void pages_stop(struct call *c, const char *ticket, const char *owner, const char *alert, bool stopped);

struct pages_need {
    const char *ticket, *title, *buyer;
    const char *supplier; // in whose name
    bool open;            // takes answers
};
// The page behind the buttons of a mail (n NULL: the link is none), and what came of it. proposal: the change of the offer
// that is proposed, or NULL. more: how the buyer can be reached, or the field that is wrong, or NULL.
void pages_answer(struct call *c, int status, const struct pages_need *n, const char *answer);
void pages_answered(struct call *c, const char *answer, enum err err, const char *arg, const struct proposal *proposal,
                    const char *more);

#endif
