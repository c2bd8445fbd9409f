-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 person, $3 id, $4 body, $5 rhythm of its mail or NULL
select * from alert_add($1::uuid, nullif($2, '')::uuid, $3::uuid, $4::jsonb, $5)
