-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 participant, $3 withdraw, missing or arrived, $4 the slot from which it is there again, or NULL
select status, answer, version from participant_is($1::uuid, $2::uuid, $3, $4::int)
