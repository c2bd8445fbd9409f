-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id: what everybody may read of a public convention, and whether it is still to come
select (jsonb_build_object('id', c.id, 'name', c.body -> 'name', 'description', c.body -> 'description', 'place', c.body -> 'place', 'until', c.body -> 'until', 'state', c.state,
        'starts', c.starts, 'ends', c.ends, 'zone', right(c.body #>> '{sessions,0,start}', 6), 'organiser', o.name,
        'coming', (select count(*) from participant p where p.convention = c.id and p.state in ('listed', 'coming')),
        'sessions', (select json_agg(json_build_object('name', s.name, 'start', s.start, 'end', s.end, 'slots', s.slots) order by s.start)
            from (select min(t.name) as name, min(lower(t.during)) as start, max(upper(t.during)) as end, count(*) as slots from convention_slot t where t.convention = c.id group by t.session) s)))::text,
    c.state in ('open', 'closed')
from convention c join organisation o on o.id = c.organisation
where c.id = $1::uuid and (c.body ->> 'public')::boolean and c.state <> 'draft' and o.suspended is null
