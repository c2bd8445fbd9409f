// SPDX-License-Identifier: EUPL-1.2
// Knows how large arrays come from the system.
#include "base/pages.h"

#include "base/log.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE ((size_t)2 << 20)

// What is really mapped for so many bytes.
static size_t mapped(size_t bytes)
{
    size_t page = bytes < HUGE ? 4096 : HUGE;
    return (bytes + page - 1) / page * page;
}

static char *map_pages(size_t bytes)
{
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        log_die("memory", "out of memory: %zu bytes", bytes);
    return p;
}

// Only what begins at a multiple of their size can be on huge pages.
static char *map_huge(size_t bytes)
{
    char *p = map_pages(bytes + HUGE);
    size_t before = (HUGE - (uintptr_t)p % HUGE) % HUGE;
    if (before)
        munmap(p, before);
    if (HUGE - before)
        munmap(p + before + bytes, HUGE - before);
    madvise(p + before, bytes, MADV_HUGEPAGE); // where there are none, small ones do
    return p + before;
}

void *pages_grow(void *p, size_t had, size_t bytes)
{
    size_t is = had ? mapped(had) : 0, wanted = mapped(bytes);
    if (is && is >= wanted)
        return p;
    char *made = wanted < HUGE ? map_pages(wanted) : map_huge(wanted);
    if (is) {
        memcpy(made, p, had);
        munmap(p, is);
    }
    return made;
}

void pages_free(void *p, size_t bytes)
{
    if (p)
        munmap(p, mapped(bytes));
}
