// SPDX-License-Identifier: EUPL-1.2
// JSON <-> records, driven by protocol/records.def. What is read is checked field by field; every fault is gathered with
// its JSON pointer. The same reader takes what clients post and what the store gives back.
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include "base/text.h"
#include "core/alert.h"
#include "wire/bulk.h"

// Strict JSON (wire/strict). ERR_BAD_JSON (one fault that names the line and what is wrong), ERR_INVALID (faults for the
// fields, and of need_check, offer_check or alert_check for what they have not been blamed for yet) or OK. Unknown fields are faults;
// null is absent; fields that the server adds to what it shows (id, state, version, ...) are ignored. All memory is in the
// arena. Warnings (check digit) are not faults: they go to `warnings` when it is not NULL. faults and warnings have been
// through fault_init. Deadlines that have passed are not looked at: that is need_check's with the time.
enum err record_read_need(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                          struct need *out, struct faults *faults, struct faults *warnings) MUST_USE;
// A need that is only to be matched: no field is needed that matching can do without (need_check_draft).
enum err record_read_draft(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                           struct need *out, struct faults *faults, struct faults *warnings) MUST_USE;
// A need that is kept unfinished (need_check_sketch); a kind that is not said is left out when it is written.
enum err record_read_sketch(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                            struct need *out, struct faults *faults, struct faults *warnings) MUST_USE;
// An offer that does not say whether it is active is active.
enum err record_read_offer(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                           struct offer *out, struct faults *faults, struct faults *warnings) MUST_USE;
// An offer within a line of the bulk route; siret as it stands there.
enum err record_read_line(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                          struct offer_line *out, struct faults *faults, struct faults *warnings) MUST_USE;
enum err record_read_alert(const char *json, size_t len, const struct gazetteer *g, struct arena *arena,
                           struct alert *out, struct faults *faults, struct faults *warnings) MUST_USE;

// The canonical JSON of what a client writes: fields in the order of records.def, unknown ones left out, CPV as 8 digits,
// instants in UTC, places as written, sets as word lists. Reading it back gives the same record, provided that the record
// keeps the limits of records.def (one made by an import: read what was written, and report its faults). An offer's point
// that is its seat's centre is left out, so that offer_settle changes nothing.
void record_write_need(struct text *out, const struct need *n);
void record_write_offer(struct text *out, const struct offer *o);
void record_write_alert(struct text *out, const struct alert *a);

#endif
