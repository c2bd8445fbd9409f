-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 timetable: with all its meetings and what it leaves out
select (timetable_json(t) || jsonb_build_object('left_out', t.left_out, 'meetings', coalesce((select jsonb_agg(place_json(t.convention, x.slot, x.seat) || jsonb_build_object('request', x.request,
    'people', jsonb_build_array(r.first, r.second), 'pinned', r.slot is not null) order by x.slot, x.seat) from timetable_places(t.id) x join request r on r.id = x.request), '[]')))::text, t.version
from timetable t join convention c on c.id = t.convention and c.organisation = app_org() where t.id = $1::uuid and t.state <> 'dropped'
