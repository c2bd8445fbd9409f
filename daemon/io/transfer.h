// SPDX-License-Identifier: EUPL-1.2
// What libcurl does, on the loop: its multi interface, one struct transfer for each easy handle.
#ifndef IO_TRANSFER_H
#define IO_TRANSFER_H

#include "io/loop.h"

#include <curl/curl.h>
#include <stdint.h>

struct transfer_pool; // connections, kept by libcurl's rules, names resolved, certificates read
struct transfer;

struct transfer_result {
    CURLcode code;
    long status;     // last answer of the peer (HTTP, SMTP), 0 when there was none
    const char *why; // libcurl's words, "" for CURLE_OK; borrowed until transfer_free
};

struct transfer_pool *transfer_pool_new(struct loop *l);
void transfer_pool_free(struct transfer_pool *p); // when all its transfers are freed; not from a `done`; NULL is fine

// Takes the easy handle, on which the caller has set what is to be done, and the protocols allowed
// (CURLOPT_PROTOCOLS_STR); an address that was checked is pinned by CURLOPT_RESOLVE. The environment's proxies are not
// used. timeout_ms: for all of it, from now on. done is called once, never before this returned, and never after
// transfer_free.
struct transfer *transfer_start(struct transfer_pool *p, CURL *easy, int64_t timeout_ms,
                                void (*done)(void *ctx, const struct transfer_result *r), void *ctx);
// To be called for each, also from within its done; cancels what still runs. The handle is gone then. NULL is fine.
void transfer_free(struct transfer *t);

#endif
