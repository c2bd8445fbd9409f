// SPDX-License-Identifier: EUPL-1.2
// Large arrays straight from the system, on huge pages where it has them: an array that is read here and there then costs
// one wait for memory instead of two. Out of memory ends the process.
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

// The array with room for `bytes` instead of `had` (0: none yet, p is NULL); it may move, what is new is zero.
void *pages_grow(void *p, size_t had, size_t bytes) __attribute__((returns_nonnull));
void pages_free(void *p, size_t bytes); // NULL is fine

#endif
