// SPDX-License-Identifier: EUPL-1.2
// What is said to a mail relay and what its answers mean (RFC 5321, RFC 3463).
#ifndef WIRE_RELAY_H
#define WIRE_RELAY_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define RELAY_SAID 256

// The steps of handing over one mail, in order.
enum relay_step { RELAY_MAIL, RELAY_RCPT, RELAY_DATA, RELAY_BODY, RELAY_STEPS };

// The bytes that make the step: from and to are bare addresses, message is made to lines ended by CRLF, its dots
// doubled, and ended by the line with a dot. ERR_INVALID, and nothing is appended, when an address is empty, over 254
// bytes or holds a blank, a control character, < or >.
enum err relay_say(struct text *out, enum relay_step step, const char *from, const char *to, const char *message,
                   size_t len) MUST_USE;

struct relay_reply {
    int code;              // 200 to 599
    char said[RELAY_SAID]; // all its lines in one: "550 5.1.1 <***>: unknown"; printable ASCII without mail addresses
};

// One reply at the start of the bytes: how many bytes it took, 0 when more are needed, -1 when this is no reply.
int relay_reply(const char *bytes, size_t len, struct relay_reply *out);
// Whether the reply lets the next step begin (after RELAY_BODY: the relay has taken the mail).
bool relay_goes_on(enum relay_step step, const struct relay_reply *reply);
// Of a reply that does not: ERR_INVALID when the relay refuses this mail for good; ERR_UNAVAILABLE when it may go
// later, or when it is the relay's settings or ours that are wrong (who may send: 530, 535 ..., X.7.Y before the mail
// was shown).
enum err relay_refusal(enum relay_step step, const struct relay_reply *reply);
// The bytes as one line of printable ASCII, cut to the room, where whatever looks like a mail address is "***".
void relay_mask(const char *bytes, size_t len, char *out, size_t room);

#endif
