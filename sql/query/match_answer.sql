-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 person, $3 need, $4 interested, declined or seen, $5 reason, $6 message
select * from match_answer($1::uuid, nullif($2, '')::uuid, $3::uuid, $4, $5, $6)
