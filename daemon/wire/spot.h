// SPDX-License-Identifier: EUPL-1.2
// A spot in a JSON document that is being read: its pointer, and what is wrong there. Members that are null are absent.
#ifndef WIRE_SPOT_H
#define WIRE_SPOT_H

#include "core/fault.h"

#include "base/map.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct spot {
    struct arena *arena;
    struct faults *faults;
    char path[200]; // JSON pointer of the value at hand
    size_t len;
};

void spot_init(struct spot *s, struct arena *arena, struct faults *faults); // the whole document
// Goes down to a member or an item (from 0); gives the length to leave with. A name too long to point at points at its object.
size_t spot_enter(struct spot *s, const char *name);
size_t spot_item(struct spot *s, size_t i);
void spot_leave(struct spot *s, size_t before);

void spot_fault(struct spot *s, enum err err, const char *arg);
void spot_range(struct spot *s, int64_t least, int64_t most); // ERR_OUT_OF_RANGE with both ends

// Each of these adds a fault where it says no. Values of the spot itself:
// Whether it is an object with no members but those in names, which NULL ends; each other member is a fault, and still true.
bool spot_object(struct spot *s, json_t *v, const char *const *names);
// Its length when it is an array of at most `most` items, else 0. form: an example, for the fault.
size_t spot_array(struct spot *s, const json_t *v, size_t most, const char *form);
// A copy when it is one line, not blank, of at most `most` characters without control characters, else NULL.
const char *spot_line(struct spot *s, const json_t *v, size_t most);
bool spot_number(struct spot *s, const json_t *v, int least, int most, int *out);

// A member of the object at the spot; *out stays when it is absent, and when there is a fault.
json_t *spot_member(const json_t *object, const char *name); // NULL: absent
void spot_member_line(struct spot *s, const json_t *object, const char *name, size_t most, const char **out); // blank: absent
void spot_member_number(struct spot *s, const json_t *object, const char *name, int least, int most, int *out);
void spot_member_bool(struct spot *s, const json_t *object, const char *name, bool *out);
// ERR_REQUIRED when it is absent.
bool spot_needed(struct spot *s, const json_t *object, const char *name);
const char *spot_needed_line(struct spot *s, const json_t *object, const char *name, size_t most); // as spot_line
// Goes through a member that is a list, `most` at most; absent: there is none. one: the spot is the item's.
void spot_each(struct spot *s, const json_t *object, const char *name, size_t most, const char *form,
               void (*one)(void *ctx, json_t *v, int i), void *ctx);

// Numbers of what has a name, in a map of the caller's. A fault's number is -1.
void spot_keep(struct spot *s, struct map *m, const char *name, int number); // ERR_DUPLICATE when it is kept already
int spot_named(struct spot *s, const struct map *m, const json_t *v); // a name, or a number that is one: ERR_UNKNOWN_ID
void spot_member_named(struct spot *s, const json_t *object, const char *name, const struct map *m, int *out);
bool spot_two(struct spot *s, const struct map *m, const json_t *v, int out[static 2]); // two different ones

#endif
