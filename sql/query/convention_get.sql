-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 convention, $2 organisation: whole to its organiser, the rest to others
select case when c.organisation = $2::uuid then convention_json(c) else convention_brief(c) end::text, c.version, c.organisation = $2::uuid, c.hall from convention c where c.id = $1::uuid
