// SPDX-License-Identifier: EUPL-1.2
// Official reference files into the database, by hand: `entregentd reference load FILE...`.
#ifndef APP_LOAD_H
#define APP_LOAD_H

#include "base/arena.h"
#include "base/err.h"
#include "io/session.h"

// Files (names for messages, descriptors to read), told apart by their content: the EU's code_fr.xml and code_en.xml (always both), a TSV of CPV (columns code, fr,
// en) or of communes (insee or code, nom or name, codes_postaux or postal, lat, lon). All or nothing: on an error a log
// line names file and line, and nothing is stored. said gets what was loaded, a line each, in the arena.
enum err load_files(struct session *s, int count, char *const *paths, const int *fds, struct arena *arena,
                    const char **said) MUST_USE;

#endif
