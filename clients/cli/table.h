// SPDX-License-Identifier: EUPL-1.2
// Lists as columns.
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "option.h"

#include <jansson.h>

struct table_column {
    const char *key;
    int width; // 0: the last one, which takes what it needs
    bool time; // an instant
    const char *head[2];
};

// Tables end with a NULL key.
void table_head(const struct options *o, const struct table_column *columns);
void table_row(const struct options *o, const struct table_column *columns, json_t *object);

#endif
