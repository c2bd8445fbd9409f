-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a hall board: the slot that is on and the next one, table by table; what was changed last (nothing by the first version)
with c as (
    select * from convention x where x.hall = $1::uuid and x.state <> 'cancelled'
), s as (
    select s.*, row_number() over (order by s.number) as place from c join convention_slot s on s.convention = c.id where upper(s.during) > now() order by s.number limit 2
)
select jsonb_build_object('convention', jsonb_build_object('id', c.id, 'name', c.body -> 'name', 'place', c.body -> 'place', 'zone', right(c.body #>> '{sessions,0,start}', 6), 'state', c.state), 'now', now(), 'seq', c.happened,
    'timetable', (select jsonb_build_object('number', t.number, 'state', t.state) from timetable t where t.id = c.current),
    'arrived', (select count(*) from participant p where p.convention = c.id and p.arrived is not null),
    'slots', coalesce((select jsonb_agg(slot_json(x) || jsonb_build_object('on', lower(x.during) <= now(), 'meetings', coalesce((select jsonb_agg(jsonb_build_object('table', l.name,
            'people', jsonb_build_array(jsonb_build_object('name', a.name, 'company', a.company, 'arrived', a.arrived is not null), jsonb_build_object('name', b.name, 'company', b.company, 'arrived', b.arrived is not null)),
            'changed', m.at > now() - interval '30 minutes' and exists (select from timetable t where t.id = c.current and t.base is not null and m.at > t.published - interval '1 second')) order by l.number)
        from meeting m join request r on r.id = m.request join participant a on a.id = r.first join participant b on b.id = r.second
            join convention_table l on l.convention = c.id and l.number = m.seat where m.convention = c.id and m.slot = x.number), '[]')) order by x.number)
        from convention_slot x where x.convention = c.id and x.number in (select s.number from s)), '[]'),
    'lost', coalesce((select jsonb_agg(l.name order by l.number) from convention_table l where l.convention = c.id and l.lost), '[]'))::text, c.id, c.happened
from c
