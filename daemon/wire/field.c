// SPDX-License-Identifier: EUPL-1.2
// Knows the fields of each record.
#include "wire/field.h"

#include "base/text.h"
#include "core/alert.h"
#include "wire/bulk.h"

#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

// The types as records.def writes them.
#define TYPE_TEXT FIELD_TEXT, NULL
#define TYPE_WORD_need_kind FIELD_WORD, "need_kind"
#define TYPE_WORD_need_state FIELD_WORD, "need_state"
#define TYPE_WORDS_service FIELD_WORDS, "service"
#define TYPE_WORDS_reserved FIELD_WORDS, "reserved"
#define TYPE_WORDS_social FIELD_WORDS, "social"
#define TYPE_WORDS_environmental FIELD_WORDS, "environmental"
#define TYPE_WORDS_structure FIELD_WORDS, "structure"
#define TYPE_WORDS_kind FIELD_WORDS, "kind"
#define TYPE_WORDS_scope FIELD_WORDS, "scope"
#define TYPE_WORD_role FIELD_WORD, "role"
#define TYPE_WORD_language FIELD_WORD, "language"
#define TYPE_WORD_verdict FIELD_WORD, "verdict"
#define TYPE_WORD_report_reason FIELD_WORD, "report_reason"
#define TYPE_WORD_channel_kind FIELD_WORD, "channel_kind"
#define TYPE_WORD_rhythm FIELD_WORD, "rhythm"
#define TYPE_WORD_decline FIELD_WORD, "decline"
#define TYPE_WORD_meeting_mode FIELD_WORD, "meeting_mode"
#define TYPE_WORD_convention_state FIELD_WORD, "convention_state"
#define TYPE_WORD_side FIELD_WORD, "side"
#define TYPE_WORD_attendance_word FIELD_WORD, "attendance_word"
#define TYPE_WORD_request_word FIELD_WORD, "request_word"
#define TYPE_WORD_guest_answer FIELD_WORD, "guest_answer"
#define TYPE_WORD_follow_up FIELD_WORD, "follow_up"
#define TYPE_DAY FIELD_DAY, NULL
#define TYPE_INSTANT FIELD_INSTANT, NULL
#define TYPE_INT FIELD_INT, NULL
#define TYPE_NUMBER FIELD_NUMBER, NULL
#define TYPE_BOOL FIELD_BOOL, NULL
#define TYPE_CPV FIELD_CPV, NULL
#define TYPE_CPVS FIELD_CPVS, NULL
#define TYPE_PLACE FIELD_PLACE, NULL
#define TYPE_PLACES FIELD_PLACES, NULL
#define TYPE_RANGE FIELD_RANGE, NULL
#define TYPE_STRINGS FIELD_STRINGS, NULL
#define TYPE_SIRETS FIELD_SIRETS, NULL
#define TYPE_POINT FIELD_POINT, NULL
#define TYPE_LOTS FIELD_RECORDS, "lot"
#define TYPE_CAPABILITIES FIELD_RECORDS, "capability"
#define TYPE_OFFER FIELD_RECORD, "offer"
#define TYPE_INTS FIELD_INTS, NULL
#define TYPE_IDS FIELD_IDS, NULL
#define TYPE_SITTINGS FIELD_RECORDS, "sitting"
#define TYPE_PAUSES FIELD_RECORDS, "pause"
#define TYPE_PLACEMENTS FIELD_RECORDS, "placement"

static const struct field fields[] = {
#define FIELD(record, name, type, flags, most, fr, en) \
    {#record, name, TYPE_##type, ((flags)&1) != 0, ((flags)&2) != 0, false, most, {fr, en}},
#define FORM FIELD
#define VIEW(record, name, type, of, fr, en) {#record, name, FIELD_##type, of, false, false, true, 0, {fr, en}},
#include "protocol/records.def"
};

// In the order of records.def, one for each FIELD.
#define ONE(type, name, member) {name, offsetof(struct type, member), 0}
#define MANY(type, name, member, many) {name, offsetof(struct type, member), offsetof(struct type, many)}
static const struct field_slot slots[] = {
    ONE(need, "kind", kind),
    ONE(need, "title", title),
    ONE(need, "description", description),
    ONE(need, "reference", reference),
    ONE(need, "deadline", deadline),
    ONE(need, "start", start),
    ONE(need, "duration", duration),
    MANY(need, "places", places, place_count),
    MANY(need, "lots", lots, lot_count),
    ONE(need, "wave", wave),
    ONE(need, "wave_hours", wave_hours),
    ONE(need, "wave_until", wave_until),
    ONE(need, "blocked", blocked),

    ONE(lot, "number", number),
    ONE(lot, "title", title),
    MANY(lot, "cpv", cpv, cpv_count),
    MANY(lot, "places", places, place_count),
    ONE(lot, "value", value),
    ONE(lot, "services", services),
    ONE(lot, "reserved", reserved),
    ONE(lot, "labels", labels),
    ONE(lot, "criteria", criteria),
    ONE(lot, "social", social),
    ONE(lot, "environmental", environmental),

    ONE(offer, "active", active),
    ONE(offer, "full_until", full_until),
    ONE(offer, "description", description),
    ONE(offer, "seat", seat),
    ONE(offer, "point", at),
    ONE(offer, "labels", labels),
    ONE(offer, "criteria", criteria),
    ONE(offer, "blocked", blocked),
    MANY(offer, "capabilities", capabilities, capability_count),

    ONE(capability, "title", title),
    ONE(capability, "cpv", cpv),
    ONE(capability, "services", services),
    MANY(capability, "areas", areas, area_count),
    ONE(capability, "radius", radius),
    ONE(capability, "value", value),
    ONE(capability, "keywords", keywords),
    ONE(capability, "excluded", excluded),

    ONE(alert, "name", name),
    MANY(alert, "cpv", cpv, cpv_count),
    MANY(alert, "places", places, place_count),
    ONE(alert, "value", value),
    ONE(alert, "reserved", reserved),
    ONE(alert, "words", words),
    ONE(alert, "email", email),
    ONE(alert, "buyers", buyers),

    ONE(offer_line, "line", line),
    ONE(offer_line, "siret", siret),
    ONE(offer_line, "name", name),
    ONE(offer_line, "structures", structures),
    ONE(offer_line, "offer", offer),
};

enum {
    WRITTEN = 0
#define FIELD(record, name, type, flags, most, fr, en) +1
#include "protocol/records.def"
};
_Static_assert(COUNT(slots) == WRITTEN, "each FIELD of records.def has its slot");
_Static_assert(sizeof(enum need_kind) == sizeof(unsigned), "a word is read as unsigned");

static const char *const type_words[FIELD_TYPES] = {
    [FIELD_TEXT] = "text",       [FIELD_WORD] = "word",       [FIELD_WORDS] = "words",   [FIELD_DAY] = "day",
    [FIELD_INSTANT] = "instant", [FIELD_INT] = "integer",     [FIELD_NUMBER] = "number", [FIELD_BOOL] = "boolean",
    [FIELD_CPV] = "cpv",         [FIELD_CPVS] = "cpv list",   [FIELD_PLACE] = "commune", [FIELD_PLACES] = "places",
    [FIELD_RANGE] = "range",     [FIELD_STRINGS] = "strings", [FIELD_SIRETS] = "sirets", [FIELD_POINT] = "point",
    [FIELD_RECORDS] = "list of", [FIELD_ID] = "uuid",         [FIELD_RECORD] = "record",
    [FIELD_INTS] = "integers",   [FIELD_IDS] = "uuids",
};

const struct field *field_next(const char *record, const struct field *after)
{
    for (const struct field *f = after ? after + 1 : fields; f < fields + COUNT(fields); f++)
        if (!record || text_equal(f->record, record))
            return f;
    return NULL;
}

const struct field *field_written(const char *record, const struct field *after)
{
    const struct field *f = after ? after + 1 : field_next(record, NULL);
    // Names of one record are mostly one string.
    bool same = f && f < fields + COUNT(fields) && ((after && f->record == after->record) || text_equal(f->record, record));
    return same && !f->shown ? f : NULL;
}

const struct field *field_find(const char *record, const char *name)
{
    for (const struct field *f = NULL; (f = field_next(record, f));)
        if (text_equal(f->name, name))
            return f;
    return NULL;
}

const char *field_type_word(enum field_type type)
{
    return type_words[type];
}

struct field_slot field_slot(const struct field *f)
{
    size_t i = (size_t)(f - fields);
    assert(i < COUNT(slots) && text_equal(slots[i].name, f->name));
    return slots[i];
}

size_t field_size(const char *record)
{
    return text_equal(record, "lot") ? sizeof(struct lot)
        : text_equal(record, "capability") ? sizeof(struct capability)
        : text_equal(record, "need") ? sizeof(struct need)
        : text_equal(record, "alert") ? sizeof(struct alert)
        : text_equal(record, "offer_line") ? sizeof(struct offer_line) : sizeof(struct offer);
}
