-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 convention: each of its people with its meetings, for paper
with p as materialized (
    select p.* from participant p where p.convention = $1::uuid and p.organiser = app_org() and p.state in ('listed', 'coming')
), m as materialized (
    select b.person, jsonb_agg(meeting_json(m) || jsonb_build_object('with', participant_brief(o)) order by m.slot) as list
    from p join booking b on b.person = p.number join meeting m on m.request = b.request join request r on r.id = m.request
        join participant o on o.id = case when r.first = p.id then r.second else r.first end group by b.person
)
select jsonb_build_object('convention', convention_brief(c), 'timetable', (select jsonb_build_object('number', t.number, 'state', t.state, 'published', t.published) from timetable t where t.id = c.current),
    'people', coalesce((select jsonb_agg(participant_brief(p) || jsonb_build_object('badge', p.key, 'language', p.language, 'meetings', coalesce(m.list, '[]')) order by p.company, p.name, p.id)
        from p left join m on m.person = p.number), '[]'))::text
from convention c where c.id = $1::uuid and c.organisation = app_org()
