// SPDX-License-Identifier: EUPL-1.2
// Knows where PostgreSQL's programs are and how to ask their version.
#include "io/postgres.h"

#include "base/text.h"
#include "io/child.h"
#include "io/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INSTALLED "/usr/lib/postgresql"

int postgres_major(const char *bin)
{
    int major = 0, ends[2];
    char answer[256], *program = disk_path("%s/postgres", bin);
    if (access(program, X_OK) == 0 && pipe2(ends, O_CLOEXEC) == 0) {
        const char *const argv[] = {program, "--version", NULL};
        // The answer is one line, far below the room of a pipe: no reader is needed while it runs.
        enum err e = child_run(&(struct child_options){.argv = argv, .out = ends[1]}, "postgres --version");
        close(ends[1]);
        ssize_t len = read(ends[0], answer, sizeof answer - 1);
        close(ends[0]);
        answer[len > 0 ? len : 0] = 0;
        if (e || sscanf(answer, "postgres (PostgreSQL) %d", &major) != 1)
            major = 0;
    }
    free(program);
    return major;
}

static bool has_programs(int major)
{
    char *initdb = disk_path(INSTALLED "/%d/bin/initdb", major),
         *server = disk_path(INSTALLED "/%d/bin/postgres", major);
    bool both = access(initdb, X_OK) == 0 && access(server, X_OK) == 0;
    free(initdb);
    free(server);
    return both;
}

char *postgres_folder(int major)
{
    int64_t newest = 0, n;
    DIR *d = opendir(INSTALLED);
    if (!d)
        return NULL;
    for (const struct dirent *e; (e = readdir(d));)
        if (text_int(e->d_name, &n) && n > newest && n < 1000 && (major == 0 || n == major) && has_programs((int)n))
            newest = n;
    closedir(d);
    return newest ? disk_path(INSTALLED "/%d/bin", (int)newest) : NULL;
}
