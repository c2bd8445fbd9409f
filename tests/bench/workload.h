// SPDX-License-Identifier: EUPL-1.2
// Offers and needs as a country might have them: pure functions of (seed, number), so that the first 10,000 of a
// million are the same as 10,000. What is drawn, and what it becomes where matching knows no such thing:
//
// clang-format off
//   drawn                                        becomes
//   CPV: 8,043 nodes, 45 real divisions          codes of 8 digits; 45/257/885/1,945/3,036/1,451/424 of 2..8 digits
//   prefixes of a supplier, none in another      a capability each; they share area, value and words
//   territory                                    areas "FR", "region:", "departement:", "commune:", or a radius
//   own département and neighbour communes       the département, and 1 to 4 communes of the next one
//   1 kind of 16, and ESUS for 6 %               bits of enum structure; a cooperative is SCOP, SCIC or COOPERATIVE
//   24 label bits                                labels "label 00" .. "label 23"
//   features the need must have                  services: none said 15 %; the kind of the trade, for some another one
//                                                beside it 65 %; one kind alone, any 17 %; two 3 %
//   days of lead a supplier needs                full until today + so many days; a need starts at today + its lead
//   keywords of 12 % of suppliers                half of the lists are keywords, half are excluded words
//   no upper value 15 %, no lower 55 %           -1
//   point and radius of a need 5 %               the départements that the circle reaches
//   reserved to 1 to 4 kinds 4 %                 one or two of the articles, L2113-13-1 among them
//   required and soft labels, by popularity      labels and criteria of the lot
//   8 to 40 keywords of a need                   3 in its title, the others its description; the title of one lot of
//                                                many has 2 more
// clang-format on
//
// Beside that, to have every condition: 1 % of offers are not active; 1 % block a buyer, by SIREN or SIRET; 1 % of
// needs block suppliers; 1 % are of a buyer that is also a supplier; 5 % lie in two or three communes; 3 % of lots say
// no value, 25 % no kind of service.
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "core/match.h"

#include <stdint.h>

#define WORKLOAD_WORDS 4096
#define WORKLOAD_LABELS 24
#define WORKLOAD_DEPARTEMENTS 101

struct workload;

// `reference`: the folder of region.tsv and departement.tsv. NULL, with a message, when they cannot be read.
struct workload *workload_new(uint64_t seed, const char *reference);
void workload_free(struct workload *w);
// 101 départements in the order of their codes, their régions, 33,426 communes and the prefectures.
const struct gazetteer *workload_places(const struct workload *w);
int64_t workload_now(void); // seconds since 1970: all needs are open then

// Not settled. Lists are in the arena; texts of places, labels and words live as long as the workload. Version 0 is the
// supplier as it is at first; another version is the same organisation with other capabilities.
void workload_offer(const struct workload *w, uint32_t number, uint32_t version, struct arena *arena,
                    struct offer *out);
void workload_need(const struct workload *w, uint32_t number, struct arena *arena, struct need *out);

// What stands behind the texts.
int workload_word_id(
    const char *word); // 0 .. WORKLOAD_WORDS - 1 of a word (which is its own stem), -1 of anything else
const char *workload_word(const struct workload *w, int id);
int workload_label_id(const char *label);                          // 0 .. WORKLOAD_LABELS - 1 of "label 07"
int workload_region(const struct workload *w, size_t departement); // number of the région that it lies in: 84

#endif
