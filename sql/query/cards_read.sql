-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 convention: each table with who sits there when, for paper
select jsonb_build_object('convention', convention_brief(c), 'timetable', (select jsonb_build_object('number', t.number, 'state', t.state, 'published', t.published) from timetable t where t.id = c.current),
    'tables', coalesce((select jsonb_agg(jsonb_build_object('table', l.name, 'lost', l.lost, 'meetings', coalesce((select jsonb_agg(slot_json(s)
            || jsonb_build_object('people', jsonb_build_array(participant_brief(a), participant_brief(b))) order by m.slot) from meeting m join convention_slot s on s.convention = m.convention and s.number = m.slot
            join request r on r.id = m.request join participant a on a.id = r.first join participant b on b.id = r.second where m.convention = c.id and m.seat = l.number), '[]')) order by l.number)
    from convention_table l where l.convention = c.id), '[]'))::text
from convention c where c.id = $1::uuid and c.organisation = app_org()
