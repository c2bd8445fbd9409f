-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 participant, $3 version, $4 the record participant_rules
select r.status, hours_told(r.status, r.answer, (select p.convention from participant p where p.id = $2::uuid)), r.version
from participant_put($1::uuid, $2::uuid, $3::int, $4::jsonb, $4::jsonb - '{name,company,side,language}'::text[], null) r
