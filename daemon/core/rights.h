// SPDX-License-Identifier: EUPL-1.2
// Who may do what. Each route of protocol/routes.def names the kinds that may call it; app/route asks here, once.
#ifndef CORE_RIGHTS_H
#define CORE_RIGHTS_H

#include <stdbool.h>

// Kinds of organisation; one organisation may have several.
enum kind { KIND_BUYER = 1, KIND_SUPPLIER = 2, KIND_ORGANISER = 4 };

// Masks for routes.def.
enum {
    WHO_ANYONE = 0, // no token needed
    WHO_BUYER = KIND_BUYER,
    WHO_SUPPLIER = KIND_SUPPLIER,
    WHO_ORGANISER = KIND_ORGANISER,
    WHO_BUYER_OR_ORGANISER = KIND_BUYER | KIND_ORGANISER,
    WHO_SUPPLIER_OR_ORGANISER = KIND_SUPPLIER | KIND_ORGANISER,
    WHO_MEMBER = KIND_BUYER | KIND_SUPPLIER | KIND_ORGANISER, // any token
};

bool rights_allow(unsigned who, unsigned kinds);
// "buyer", "supplier", "organiser" -> bit, 0 when unknown.
unsigned rights_kind(const char *word);
// The kinds of a mask, "buyer or organiser"; static text.
const char *rights_words(unsigned who, bool french);

#endif
