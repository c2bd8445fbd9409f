// SPDX-License-Identifier: EUPL-1.2
// The settings of protocol/settings.def with their values.
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

typedef int64_t config_NUMBER;
typedef char *config_TEXT;

struct config {
#define SETTING(name, type, standard, least, most, unit, fr, en) config_##type name;
#include "protocol/settings.def"
#undef SETTING
};

// All at their standard values. Free with config_fini.
void config_init(struct config *c);
void config_fini(struct config *c);
// ERR_SETTING, with what is wrong in `why`, when the name is unknown or the value does not fit.
enum err config_set(struct config *c, const char *name, const char *value, char why[static 256]) MUST_USE;
// A file of "name = value" lines; a missing file is fine. why names the line.
enum err config_load(struct config *c, const char *path, char why[static 256]) MUST_USE;

#endif
