// SPDX-License-Identifier: EUPL-1.2
// Any XML: never more labels than file, labels without blanks at their ends, a reason for every refusal.
#include "wire/codelist.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_code(void *ctx, uint32_t code, const char *label)
{
    size_t *total = ctx, len = strlen(label);
    *total += len;
    if (!len || len > CODELIST_LABEL || strchr(" \t\r\n", label[0]) || strchr(" \t\r\n", label[len - 1]))
        abort();
    if (code == 0 || code > 99999999 || !text_utf8(label, len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t total = 0;
    const char *why;
    enum err err = codelist_read((const char *)data, size, on_code, &total, &why);
    if ((err == ERR_OK) != (why == NULL) || total > size)
        abort();
    return 0;
}
