// SPDX-License-Identifier: EUPL-1.2
// What the process holds in memory to match: the gazetteer, every offer, every open need, every saved alert, and the indexes.
#ifndef APP_WORLD_H
#define APP_WORLD_H

#include "base/text.h"
#include "core/alert.h"
#include "core/match.h"
#include "core/offerindex.h"
#include "core/score.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

struct world *world_new(void);
void world_free(struct world *w);

// The gazetteer holds the régions and départements (with prefectures) of sql/reference from the start.
struct gazetteer *world_places(struct world *w);
struct words *world_words(struct world *w);
// Forgets offers, needs, alerts and communes; the built-in places stay.
void world_clear(struct world *w);

// Offers. An offer from its body, settled, in the arena; id, version and what stands beside the body are not filled in. ERR_INVALID
// (logged) when it cannot be read.
enum err world_read_offer(struct world *w, const char *id, const char *body, struct arena *arena, struct offer *out) MUST_USE;
// As stored: by its body (its packed form is appended to `packed`), or by the packed form of world_stamp. ERR_INVALID when
// that cannot be read; of the body (logged) the former one is gone then.
enum err world_put_offer(struct world *w, const char *id, int version, const char *body, const char *siret,
                         unsigned structures, int64_t since, struct text *packed) MUST_USE;
enum err world_put_packed(struct world *w, const char *id, int version, const void *packed, size_t len, const char *siret,
                          unsigned structures, int64_t since) MUST_USE;
int64_t world_stamp(const struct world *w);
// Around the offers that are put into an empty world: all of them together are faster.
void world_begin(struct world *w);
void world_end(struct world *w);

// As stored. ERR_INVALID when the body cannot be read (logged); the former one is gone then.
enum err world_put_need(struct world *w, const char *id, const char *state, int version, const char *body,
                        const char *buyer) MUST_USE;
enum err world_put_alert(struct world *w, const char *id, int version, const char *body) MUST_USE;
void world_drop_need(struct world *w, const char *id);
void world_drop_offer(struct world *w, const char *id);
void world_drop_alert(struct world *w, const char *id);
// NULL when it is not held. Borrowed until the next change.
const struct need *world_need(const struct world *w, const char *id);
size_t world_offers(const struct world *w);
size_t world_needs(const struct world *w);
size_t world_alerts(const struct world *w);

// Appends every match of one need, or of one offer, as objects separated by commas:
// {"need","need_version","organisation","offer_version","score","partial","offered","lots":[{"lot","title","places",
// "capability","score","partial","lines"}]}: title and value when the lot has them, places when it has its own, ten at most; *first
// tells whether a comma is due. Returns how many. now: seconds since 1970.
int world_match_need(struct world *w, const char *id, int64_t now, struct text *out, bool *first);
int world_match_offer(struct world *w, const char *id, int64_t now, struct text *out, bool *first);
// The same for alerts, every one that an open need meets, or every open need that an alert asks for:
// {"alert","need","need_version","alert_version","lots":[{"lot","title"}]}.
int world_match_need_alerts(struct world *w, const char *id, int64_t now, struct text *out, bool *first);
int world_match_alert(struct world *w, const char *id, int64_t now, struct text *out, bool *first);
// {"matches","score","pairs":[...]}: for each lot its best capability, with the conditions in words.
void world_explain(struct world *w, const struct need *n, const struct offer *o, int64_t now, enum lang lang,
                   struct arena *arena, struct text *out);
// A need that is not held, ready for the two below; its texts are in the arena. now: seconds since 1970.
struct match_need world_draft(struct world *w, const struct need *n, int64_t now, struct arena *arena);
// How many offers one of its lots (from 0) reaches, and what keeps the others away; how many different ones all its lots reach.
void world_reach(struct world *w, const struct match_need *n, size_t lot, struct offerindex_reach *out);
size_t world_count(struct world *w, const struct match_need *n);
// Calls fn with the organisation of each offer that matches it: those that would be told, each once.
void world_each_supplier(struct world *w, const struct match_need *n, void (*fn)(void *ctx, const char *organisation), void *ctx);
// The open needs that an alert asks for (settled here; one that asks nothing asks for all), the latest first: ids to `out`, borrowed
// until the next change, at most `most` that are older than `before` (an id, or NULL for no bound). Returns how many.
size_t world_search(struct world *w, struct alert *a, const char *before, int64_t now, struct arena *arena, const char **out, size_t most);
// Calls fn with the id of each open need.
void world_each_need(const struct world *w, void (*fn)(void *ctx, const char *id), void *ctx);
size_t world_bytes(const struct world *w);

#endif
