-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 timetable, $2 the one it is compared with, NULL: what was published when it was made
select jsonb_build_object('from', (select timetable_json(a)), 'to', timetable_json(b), 'items', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('request', d.request, 'what', d.what,
    'people', jsonb_build_array(participant_brief(p), participant_brief(q)), 'was', place_json(b.convention, d.was_slot, d.was_seat), 'is', place_json(b.convention, d.slot, d.seat))) order by d.what, coalesce(d.slot, d.was_slot), d.request)
    from timetable_difference(a.id, b.id) d join request r on r.id = d.request join participant p on p.id = r.first join participant q on q.id = r.second), '[]'))::text
from timetable b join convention c on c.id = b.convention and c.organisation = app_org() left join timetable a on a.id = coalesce($2::uuid, b.base) and a.convention = b.convention
where b.id = $1::uuid and b.state <> 'dropped' and ($2::uuid is null or a.id is not null)
