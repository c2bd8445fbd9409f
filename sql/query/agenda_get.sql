-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 convention, $2 version whose places are the former ones, or NULL: to its organiser
select a.agenda::text from convention c, convention_agenda(c.id, $2::uuid, c.starts <= now()) a where c.id = $1::uuid and c.organisation = app_org()
    and ($2::uuid is null or exists (select from timetable t where t.id = $2::uuid and t.convention = c.id))
