-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 convention: all versions, the latest first; no row: somebody else's
select json_build_object('items', coalesce((select json_agg(timetable_json(t) order by t.number desc) from timetable t where t.convention = c.id and t.state <> 'dropped'), '[]'), 'next', null)::text, null
from convention c where c.id = $1::uuid and c.organisation = app_org()
