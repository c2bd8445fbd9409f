// SPDX-License-Identifier: EUPL-1.2
// iCalendar (RFC 5545, RFC 7986): calendars that are subscribed to; deadlines of needs as such a calendar.
#ifndef WIRE_ICAL_H
#define WIRE_ICAL_H

#include "base/err.h"
#include "base/text.h"

#define ICAL_NO_END (-1)

struct ical_event {
    const char *uid;         // the same for ever: what a calendar knows the event by
    int sequence;            // raised with each change of what it says
    int64_t stamp;           // seconds since 1970: when it was last changed
    int64_t start, end;      // seconds since 1970; ICAL_NO_END: a moment
    const char *summary;     // texts of any characters, lines ended by LF; all but the summary may be NULL
    const char *description;
    const char *location;
    const char *url;         // a URI, else it is left out
    bool cancelled;
    bool busy; // takes the subscriber's time, else none of it
};

struct ical_calendar {
    const char *name;
    const char *product; // who made it ("-//Entregent//Entregent 0.1//FR")
    const char *host;    // behind the @ of each UID
    const char *home;    // what "/v1/needs/ID" stands behind in a link ("https://entregent.example.org"); NULL: no link
    const char *place;   // where its meetings are; may be NULL
    // "PUBLISH", or "CANCEL" when all its events are cancelled; then each has an ORGANIZER (RFC 5546, 3.2.1 and 3.2.5). NULL: neither;
    // a calendar that is only subscribed to, whose dates nobody organises.
    const char *method;
    const char *organiser, *address; // name and URI ("mailto:rendez-vous@example.org") of that ORGANIZER; NULL without a method
};

// Appends one calendar, to be asked for again each hour.
// Control characters are dropped, bytes that are not UTF-8 become U+FFFD. Times outside the years 1 to 9999 are brought there.
void ical_write(struct text *out, const struct ical_calendar *c, const struct ical_event *events, size_t count);

// needs: a JSON array of {"id","title","deadline" (RFC 3339),"version","state" (need_state),"told","interested" (truth values),
// "buyer":{"name"},"updated" (RFC 3339)}. An event each: UID id@host, SEQUENCE the version; cancelled when the need is, or
// when it is no longer told. A deadline at the end of a day in Paris is shown a minute before, on that day. One without id or deadline is left out. ERR_BAD_JSON when it is no array; nothing is written then.
enum err ical_deadlines(struct text *out, const struct ical_calendar *c, const char *needs, enum lang lang) MUST_USE;

// meetings: a JSON array of {"meeting" (id), "sequence", "cancelled", "stamp", "start", "end" (RFC 3339), "table", "with": {"name","company"}}
// (badge_calendar.sql). An event each, that takes time: UID meeting@host. One without meeting or start is left out. ERR_BAD_JSON as above.
enum err ical_meetings(struct text *out, const struct ical_calendar *c, const char *meetings, enum lang lang) MUST_USE;

#endif
