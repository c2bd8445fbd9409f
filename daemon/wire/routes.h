// SPDX-License-Identifier: EUPL-1.2
// The routes as protocol/routes.def lists them.
#ifndef WIRE_ROUTES_H
#define WIRE_ROUTES_H

#include "base/err.h"
#include "core/rights.h"

#include <stdbool.h>

enum routes_flag {
    ROUTE_KEY = 1,    // takes Idempotency-Key
    ROUTE_IF = 2,     // needs If-Match
    ROUTE_PAGED = 4,  // has cursor and limit
    ROUTE_STREAM = 8, // answers text/event-stream
    ROUTE_LINES = 16, // takes NDJSON or lines of text
    ROUTE_NEW = 32,   // answers 201 when the thing was not there yet
    ROUTE_OWN = 64,     // an {id} of somebody else is as one that is not there
    ROUTE_GUARDED = 128, // counts as a sign-in for the limits by address
    ROUTE_LEAVE = 256,   // for a suspended organisation too: it takes something away
    ROUTE_BULK = 512,    // its body is read while it is answered, and may be of any size
    ROUTE_TABLE = 1024,  // takes a table (text/csv)
};

struct routes_entry {
    const char *method, *path, *name;
    unsigned who, scope;     // of core/rights.h
    unsigned flags;          // of enum routes_flag
    const char *takes, *gives; // a record of records.def, or "text", "lines", "openapi"; "" when there is none
    int status;              // of success
    const char *text[2];     // by enum lang
};

// One after the other: NULL gives the first, NULL comes after the last.
const struct routes_entry *routes_next(const struct routes_entry *after);

// A query parameter of a route.
struct routes_query {
    const char *method, *path; // of the route
    const char *name;
    bool flag; // only "1"
    const char *text[2];
};
// Those of a route, NULL: of all.
const struct routes_query *routes_query_next(const struct routes_entry *route, const struct routes_query *after);

#endif
