// SPDX-License-Identifier: EUPL-1.2
// Knows which point is to fail, and how often it was reached.
#include "base/fail.h"

#ifdef FAULTS
#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool fail_here(const char *name)
{
    static long long reached; // of the one point that was chosen
    const char *chosen = getenv("ENTREGENT_FAIL");
    size_t len = strlen(name);
    if (!chosen || strncmp(chosen, name, len) != 0 || chosen[len] != ':' || ++reached != atoll(chosen + len + 1))
        return false;
    log_warn("fail", "%s", chosen);
    return true;
}

void fail_die(const char *name)
{
    if (fail_here(name))
        _exit(9);
}
#else
// An empty file is no C.
typedef int fail_nothing;
#endif
