-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge: its meetings as events, those that were cancelled for as long as their notices are kept; and a mark of them all
with p as (
    select * from participant x where x.key = $1::uuid and x.email is not null
), e as (
    select r.id, r.sequence, m.request is null as cancelled, coalesce(meeting_json(m), was.j) as j, greatest(m.at, r.updated) as stamp, participant_brief(o) as other
    from p join request r on p.id in (r.first, r.second) join participant o on o.id in (r.first, r.second) and o.id <> p.id left join meeting m on m.request = r.id
        left join lateral (select x as j from notice n, jsonb_array_elements(n.body -> 'changes') x where m.request is null and n.participant = p.id and x ->> 'meeting' = r.id::text and x ? 'start' order by n.id desc limit 1) was on true
    where r.sequence > 0 and (m.request is not null or was.j is not null)
), list as (
    select coalesce(jsonb_agg(e.j || jsonb_build_object('meeting', e.id, 'sequence', e.sequence, 'cancelled', e.cancelled, 'stamp', e.stamp, 'with', e.other) order by e.j ->> 'start', e.id), '[]')::text as j from e
)
select c.body ->> 'name', p.language, l.j, md5(l.j || c.body::text || o.name), c.body ->> 'place', p.name, o.name from p join convention c on c.id = p.convention join organisation o on o.id = c.organisation, list l
