-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 kind, $3 person, $4 organisation (ids for new ones), $5 name, $6 password (hash), $7 language, $8 session's
-- hash, $9 its id, $10 days
select status, answer from ticket_use($1::uuid, $2, $3::uuid, $4::uuid, $5, $6, $7, $8, $9::uuid, $10::int)
