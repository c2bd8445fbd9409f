-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 mail, $3 hours, $4 e-mail, $5 language, $6 what was filled in
select status, answer from signup_ask($1::uuid, $2::uuid, $3::int, $4, $5, $6::jsonb)
