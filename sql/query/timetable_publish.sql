-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 timetable, $3 version, $4 whether it is final
select r.status, hours_told(r.status, r.answer, (select t.convention from timetable t where t.id = $2::uuid)), r.version
from timetable_publish($1::uuid, $2::uuid, $3::int, $4::boolean) r
