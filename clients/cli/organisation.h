// SPDX-License-Identifier: EUPL-1.2
// What an organisation's owners do: its record, its people, what is reported.
#ifndef CLI_ORGANISATION_H
#define CLI_ORGANISATION_H

#include "call.h"

// The verbs of the same name.
enum result organisation_show(struct call *c, const struct options *o); // whoami too
enum result organisation_set(struct call *c, const struct options *o);
enum result organisation_export(struct call *c, const struct options *o);
enum result organisation_audit(struct call *c, const struct options *o);
enum result organisation_report(struct call *c, const struct options *o);

#endif
