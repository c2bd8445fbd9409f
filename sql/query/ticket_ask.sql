-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 mail, $3 hours, $4 kind, $5 e-mail
select status, answer from ticket_ask($1::uuid, $2::uuid, $3::int, $4, $5)
