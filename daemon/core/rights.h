// SPDX-License-Identifier: EUPL-1.2
// Who may do what. Each route of protocol/routes.def names who may call it and the scope that is needed; app/route asks
// here, once. PostgreSQL's row-level security holds the rows apart once more (sql/schema/0002_accounts.sql).
#ifndef CORE_RIGHTS_H
#define CORE_RIGHTS_H

#include "base/err.h"

#include <stdbool.h>

// Kinds of organisation; one organisation may have several.
enum kind { KIND_BUYER = 1, KIND_SUPPLIER = 2, KIND_ORGANISER = 4 };

// Who a route is for.
enum {
    WHO_ANYONE = 0, // nobody needs to be signed in
    WHO_BUYER = KIND_BUYER,
    WHO_SUPPLIER = KIND_SUPPLIER,
    WHO_ORGANISER = KIND_ORGANISER,
    WHO_BUYER_OR_ORGANISER = KIND_BUYER | KIND_ORGANISER,
    WHO_SUPPLIER_OR_ORGANISER = KIND_SUPPLIER | KIND_ORGANISER,
    WHO_MEMBER = KIND_BUYER | KIND_SUPPLIER | KIND_ORGANISER | 8, // any organisation, one without a kind too
    WHO_PERSON = 16,                                             // a person who is signed in, with or without organisation
};

// What a role gives and a token is given.
enum scope {
    SCOPE_NONE = 0,
    SCOPE_READ = 1,        // see what the organisation sees
    SCOPE_NEEDS = 2,       // post needs and change them
    SCOPE_OFFERS = 4,      // edit the offer
    SCOPE_CONVENTIONS = 8, // run conventions, bring records of others
    SCOPE_ADMINISTER = 16, // members, tokens, the organisation itself
    SCOPE_MODERATE = 32,   // moderators only; no token has it
};

// The other words of accounts (protocol/records.def).
enum role { ROLE_READER, ROLE_EDITOR, ROLE_OWNER };
enum language { LANGUAGE_FR, LANGUAGE_EN };
enum verdict { VERDICT_YES, VERDICT_NO };
enum report_reason { REPORT_SPAM, REPORT_FRAUD, REPORT_CLAIM, REPORT_CONTENT, REPORT_OTHER };

enum channel_kind { CHANNEL_MAIL, CHANNEL_WEBHOOK, CHANNEL_FEED, CHANNEL_CALENDAR };
enum rhythm { RHYTHM_NOW, RHYTHM_DAILY, RHYTHM_WEEKLY };

struct rights {       // of who calls
    bool person;      // a person is signed in, by cookie
    bool member;      // in the name of an organisation
    bool suspended;   // that organisation is, and the route neither reads nor takes away
    unsigned kinds;   // of the organisation
    unsigned scopes;
};

// ERR_OK, NO_TOKEN (nobody is signed in), NEEDS_PERSON, FORBIDDEN (the kinds), NEEDS_SCOPE, SUSPENDED (reading, exporting and
// leaving go on). scope: one of enum scope.
enum err rights_check(unsigned who, unsigned scope, const struct rights *r) MUST_USE;

// "reader", "editor", "owner": its scopes; 0 when there is no such role ("asked" may nothing).
unsigned rights_role(const char *role);
// "read", "needs", ... -> bit, 0 when unknown; and the word of one bit, static text.
unsigned rights_scope(const char *word);
const char *rights_scope_word(unsigned scope);
// "buyer", "supplier", "organiser" -> bit, 0 when unknown.
unsigned rights_kind(const char *word);
// Whom a route is for, "buyer or organiser"; static text.
const char *rights_words(unsigned who, bool french);

#endif
