-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 draft
select timetable_drop($1::uuid, $2::uuid)
