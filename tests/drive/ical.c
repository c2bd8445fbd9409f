// SPDX-License-Identifier: EUPL-1.2
// Lets a flow test read a calendar as libical does: standard input in, a JSON line for each event out. Exit status 1 when libical
// finds an error in it, or a property where RFC 5546 does not want it.
#include <jansson.h>
#include <libical/ical.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_all(void)
{
    size_t len = 0, room = 1 << 16, got;
    char *all = malloc(room);
    while (all && (got = fread(all + len, 1, room - len - 1, stdin)) > 0)
        if ((len += got) == room - 1)
            all = realloc(all, room *= 2);
    if (all)
        all[len] = 0;
    return all;
}

static void put(json_t *o, const char *name, icalcomponent *event, icalproperty_kind kind)
{
    icalproperty *p = icalcomponent_get_first_property(event, kind);
    const char *value = p ? icalproperty_get_value_as_string(p) : NULL;
    json_object_set_new(o, name, value ? json_string(value) : json_null());
}

static void show(icalcomponent *event)
{
    static const struct {
        const char *name;
        icalproperty_kind kind;
    } members[] = {{"uid", ICAL_UID_PROPERTY},         {"sequence", ICAL_SEQUENCE_PROPERTY}, {"start", ICAL_DTSTART_PROPERTY},
                   {"end", ICAL_DTEND_PROPERTY},       {"summary", ICAL_SUMMARY_PROPERTY},   {"location", ICAL_LOCATION_PROPERTY},
                   {"status", ICAL_STATUS_PROPERTY},   {"transp", ICAL_TRANSP_PROPERTY},     {"stamp", ICAL_DTSTAMP_PROPERTY},
                   {"description", ICAL_DESCRIPTION_PROPERTY}, {"url", ICAL_URL_PROPERTY}};
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        put(o, members[i].name, event, members[i].kind);
    json_dumpf(o, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(o);
}

int main(void)
{
    char *all = read_all();
    icalcomponent *calendar = all ? icalparser_parse_string(all) : NULL;
    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT)
        return 1;
    bool good = icalrestriction_check(calendar) && icalcomponent_count_errors(calendar) == 0;
    for (icalcomponent *e = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); e;
         e = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        show(e);
    if (!good)
        fprintf(stderr, "%s\n", icalcomponent_as_ical_string(calendar)); // with X-LIC-ERROR where it is wrong
    icalcomponent_free(calendar);
    free(all);
    return good ? 0 : 1;
}
