// SPDX-License-Identifier: EUPL-1.2
// Mails as bytes: RFC 5322 messages in MIME with a text and an HTML alternative.
#ifndef WIRE_MAIL_H
#define WIRE_MAIL_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

// An address as people type it ("name@example.org"): local part of RFC 5321 dot-atom form (also SMTPUTF8 letters are
// refused) of at most 64, a host with a dot or "localhost", at most 254 characters. Neither space around it nor an IP
// address is taken. Lower-cased into out, as accounts are known by it; "" when false.
bool mail_address(const char *given, char out[static 255]);
// "Name <address>" (also "\"Name\" <address>") or a bare address, as the setting mail_from has it: gives the address,
// or "" and false when it is neither, not UTF-8 or more than a line.
bool mail_sender(const char *given, char out[static 255]);

struct mail_attachment {
    const char *name; // of the file: letters, digits, "-", "." and "_", at most 40
    const char *type; // "text/calendar; charset=utf-8; method=PUBLISH", at most 60
    const char *bytes;
    size_t len;
};

struct mail {
    const char *from;        // "Name <address>" or an address
    const char *to;          // an address
    const char *subject;     // UTF-8, one line
    const char *id;          // stable: Message-ID is <id@host of from>; a dot-atom of at most 64 (a UUID)
    const char *language;    // "fr" or "en"
    int64_t at;              // Date, seconds since 1970
    const char *text;        // UTF-8, lines ended by LF
    const char *html;        // UTF-8, a whole document
    const char *unsubscribe; // URL for List-Unsubscribe and List-Unsubscribe-Post (RFC 8058), NULL: none
    const struct mail_attachment *attachments;
    size_t attached;         // how many of them
};

// Appends CRLF lines, 7-bit clean (RFC 2047 subject and name, base64 bodies), no line over 76 characters but one of an
// address, the Message-ID or the URL (at most 998, RFC 5322). The same mail gives the same bytes. When it is over out's
// limit, nothing is appended and out is full. ERR_BAD_TEXT when a header field holds CR, LF or NUL or is not what it is
// said to be above, or when a text is not UTF-8; then nothing is appended either.
enum err mail_write(struct text *out, const struct mail *m) MUST_USE;

#endif
