-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 request, $2 rules it shall have {"session","slot","table","forbidden","after"}: all that they can meet (its people, who is bound to
-- them, what is pinned to its slot, what comes before and after) as an agenda, as it is and as it would be; to the organiser
with r as (
    select r.* from request r join convention c on c.id = r.convention where r.id = $1::uuid and c.organisation = app_org()
), near as (
    select array_agg(q.id) as ids from r join request q on q.convention = r.convention and q.state = 'accepted' and (q.id = r.id or q.people && r.people or q.id = any (r.after) or r.id = any (q.after)
        or $2::jsonb -> 'after' ? q.id::text or q.slot = ($2::jsonb ->> 'slot')::int)
), a as materialized (
    select a.* from r, near n, convention_agenda(r.convention, null, false, n.ids) a
)
select a.agenda::text, (a.agenda || jsonb_build_object('meetings', (select jsonb_agg(case when m.j ->> 'id' = $1::uuid::text then m.j - 'slot' - 'table' - 'session' - 'forbidden' - 'after' || ($2::jsonb - 'priority')
        || jsonb_build_object('after', coalesce((select jsonb_agg(x) from jsonb_array_elements_text($2::jsonb -> 'after') x where x::uuid = any (a.requests)), '[]')) else m.j end order by m.ord)
    from jsonb_array_elements(a.agenda -> 'meetings') with ordinality m (j, ord))))::text, array_position(a.requests, $1::uuid) - 1
from a where $1::uuid = any (a.requests)
