-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 mail, $3 hours, $4 address, $5 language, $6 {"alert","rhythm","language"}
select alert_ask($1::uuid, $2::uuid, $3::int, $4, $5, $6::jsonb)
