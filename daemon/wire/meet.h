// SPDX-License-Identifier: EUPL-1.2
// Notices to who takes part in a convention, as mails: subject, text, HTML and calendars, in the words of protocol/told.def
// (MEETING).
#ifndef WIRE_MEET_H
#define WIRE_MEET_H

#include "wire/told.h"

struct meet_options {
    const struct told_links *links; // as in wire/told; kinds "badge", "agenda" and "sheet" with the participant's key; may be NULL
    const char *unsubscribe;        // NULL: none
    const char *product, *host;     // of the calendars (wire/ical)
    const char *address;            // URI that stands for the organiser there ("mailto:rendez-vous@example.org")
};

struct meet {
    struct letter letter;
    // Calendars to attach: the meetings that are (METHOD:PUBLISH), those that are no more (METHOD:CANCEL). NULL: none.
    const char *publish, *cancel;
};

// Whether content is such a notice.
bool meet_is(const char *content);
// content: a notice as JSON, with the members of participant_said and, as its kind has them, "with", "message", "final" and
// "changes": [{"meeting","sequence","what": added|moved|cancelled|kept,"start","end","table","was": {..},"with": {..}}]. What is in
// out is in the arena; a subject of one line and at most 150 characters. False when it is no such notice.
bool meet_write(const char *content, enum lang lang, const struct meet_options *o, struct arena *arena, struct meet *out);

#endif
