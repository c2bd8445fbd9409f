// SPDX-License-Identifier: EUPL-1.2
// The reference tables of sql/reference, which the program carries itself.
#ifndef APP_OWN_H
#define APP_OWN_H

// Calls fn for every row of sql/reference/NAME.tsv with its fields in the order of the file. A damaged table ends the
// process: it is part of the program.
void own_each(const char *name, void (*fn)(void *ctx, const char *const *fields), void *ctx);

#endif
