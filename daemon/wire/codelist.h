// SPDX-License-Identifier: EUPL-1.2
// The CPV labels of the EU's eForms SDK: translations/code_fr.xml, a Java properties file with one entry a code
// (key "code|name|cpv.90911200").
#ifndef WIRE_CODELIST_H
#define WIRE_CODELIST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define CODELIST_LABEL 1000          // most bytes of a label; longer ones are ERR_BAD_XML
#define CODELIST_BYTES (64u << 20)   // most bytes of a file

// Calls back for each CPV entry, in the file's order; the label is borrowed, without blanks at its ends, never empty.
// Other entries are passed over. Entities of the document's own, external parts and the network are never used:
// ERR_BAD_XML for what is not UTF-8 or not well-formed, defines entities or is no properties file, with *why (static text);
// ERR_TOO_LARGE. What was called back before the fault was found stays called back.
enum err codelist_read(const char *xml, size_t len, void (*on_code)(void *ctx, uint32_t code, const char *label),
                       void *ctx, const char **why) MUST_USE;

#endif
