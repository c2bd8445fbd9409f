-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 id, $4 version to copy or NULL, $5 [{"id","slot","table"}] or NULL, $6 why the others have no place
select status, answer, version from timetable_add($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::jsonb, $6::jsonb)
