-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 convention, $2 cursor (request) or NULL, $3 limit: each meeting with what both sides say of it, and what all of them came to; no
-- row when the convention is not ours
with page as (
    select r.id, jsonb_build_object('request', r.id, 'people', jsonb_build_array(participant_brief(a), participant_brief(b)), 'need', r.need, 'meeting', meeting_json(m),
        'outcomes', coalesce((select jsonb_agg(jsonb_build_object('participant', x.participant, 'met', x.met, 'useful', x.useful, 'follow_up', x.follow_up, 'at', x.at)) from outcome x where x.request = r.id), '[]')) as item
    from request r join meeting m on m.request = r.id join participant a on a.id = r.first join participant b on b.id = r.second
    where r.convention = $1::uuid and ($2::uuid is null or r.id > $2::uuid)
    order by id limit $3::int + 1
), kept as (
    select * from page order by id limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int then (select id from kept order by id desc limit 1) end as next
), sum as (
    select jsonb_build_object('meetings', count(*), 'said', count(o.request), 'met', count(*) filter (where o.met), 'useful', count(*) filter (where o.useful),
        'follow_up', coalesce((select jsonb_object_agg(y.follow_up, y.count) from (select x.follow_up, count(distinct x.request) from outcome x join meeting k on k.request = x.request
            where k.convention = $1::uuid and x.follow_up is not null group by 1) y), '{}')) as sum
    from meeting m left join lateral (select x.request, bool_or(x.met) as met, bool_or(x.useful) as useful from outcome x where x.request = m.request group by 1) o on true
    where m.convention = $1::uuid
)
select json_build_object('items', coalesce((select json_agg(item order by id) from kept), '[]'), 'sum', sum.sum, 'next', next)::text, next
from next, sum where exists (select from convention c where c.id = $1::uuid and c.organisation = app_org())
