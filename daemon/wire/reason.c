// SPDX-License-Identifier: EUPL-1.2
// Knows how the reasons of one pair of lot and capability look as JSON.
#include "wire/reason.h"

#include "wire/member.h"

static void write_condition(struct text *out, const struct reason *r)
{
    member_item(out);
    text_byte(out, '{');
    member_text(out, "condition", match_word(r->condition));
    member_bool(out, "holds", r->holds);
    member_text(out, "asked", r->asked);
    member_text(out, "offered", r->offered);
    member_text(out, "sentence", r->sentence);
    text_byte(out, '}');
}

void reason_write(struct text *out, int lot, int capability, const struct reason *reasons)
{
    bool matches = true;
    for (int i = 0; i < CONDITION_COUNT; i++)
        matches = matches && reasons[i].holds;
    text_byte(out, '{');
    member_number(out, "lot", lot);
    member_number(out, "capability", capability);
    member_bool(out, "matches", matches);
    member_open(out, "conditions", '[');
    for (int i = 0; i < CONDITION_COUNT; i++)
        write_condition(out, &reasons[i]);
    text_put(out, "]}");
}
