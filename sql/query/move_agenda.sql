-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 draft, $2 request: all that a move of it can meet: its people, who is bound to them, what its slot holds, what comes before and after; $3 slot or NULL
with t as (
    select t.* from timetable t join convention c on c.id = t.convention where t.id = $1::uuid and c.organisation = app_org()
), r as (
    select r.* from request r join t on t.convention = r.convention where r.id = $2::uuid
), near as (
    select array_agg(q.id) as ids from r join request q on q.convention = r.convention and q.state = 'accepted' and (q.id = r.id or q.people && r.people or q.id = any (r.after) or r.id = any (q.after)
        or q.id in (select p.request from timetable_places($1::uuid) p where p.slot = $3::int))
)
select a.agenda::text, t.version, t.state, r.state, timetable_json(t)::text from t, r, near n, convention_agenda(t.convention, t.id, (select c.starts <= now() from convention c where c.id = t.convention), n.ids) a
