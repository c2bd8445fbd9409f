-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 rows [{"line","id","name","email","company","side","language","absent",...}], $4 whether they are invited,
-- $5 people in all
select line, id, added, refused from participant_add($1::uuid, $2::uuid, $3::jsonb, $4::boolean, $5::int)
