-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 draft, $3 version, $4 request, $5 slot or NULL, $6 table or NULL, $7 why it has no place
select r.status, hours_told(r.status, r.answer, (select t.convention from timetable t where t.id = $2::uuid)), r.version
from timetable_move($1::uuid, $2::uuid, $3::int, $4::uuid, $5::int, $6, $7::jsonb) r
