// SPDX-License-Identifier: EUPL-1.2
// The one-shot commands of entregentd: organisations, people, tokens, the audit log, reference data, the database.
#ifndef APP_ADMIN_H
#define APP_ADMIN_H

#include "app/config.h"
#include "app/store.h"
#include "base/arena.h"

#include <stdbool.h>

struct admin {
    const struct config *config;
    const char *usable;      // data directory
    const char *conninfo, *bin;
    bool shared;             // others may use the database: a daemon perhaps
    struct session *session; // migrated; NULL for `db` commands that need none
    struct arena *arena;
    enum lang lang;
    bool json, raw;
    // options, NULL when not given
    const char *kind, *siret, *name, *structure, *org, *label, *days, *scopes, *email, *role, *language, *expect, *state, *channel;
    bool moderator;
    int count;               // what stands behind the verb
    char *const *rest;
    const int *fds;          // of files to read, opened with the rights of the caller
    int status;              // exit status: 0 done, 1 failed, 2 wrong usage
};

// Each prints its result on standard output and says errors on standard error.
void admin_org_add(struct admin *a);
void admin_org_list(struct admin *a);
void admin_token_new(struct admin *a);
void admin_person_add(struct admin *a);
// Whether the audit log is whole: 0, or 1 with the first entry that is not.
void admin_audit_verify(struct admin *a);
void admin_audit_list(struct admin *a);
void admin_reference_load(struct admin *a);
void admin_db_url(struct admin *a);
void admin_db_psql(struct admin *a);
void admin_db_backup(struct admin *a);
void admin_db_restore(struct admin *a);

// Runs one of them on the database: the external one, the private one that runs, or the private one started for so long.
int admin_run(struct admin *a, void (*verb)(struct admin *a), bool needs_session);
// Runs one that needs no database.
int admin_run_beside(struct admin *a, void (*verb)(struct admin *a));

#endif
