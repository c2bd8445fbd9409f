-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 timetable, $3 version, $4 whether it is final
select status, answer, version from timetable_publish($1::uuid, $2::uuid, $3::int, $4::boolean)
