-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 alert, $3 cursor (need) or NULL, $4 limit: what it finds now, latest first
with page as (
    select h.need, jsonb_build_object('need', need_brief(n), 'lots', h.lots, 'at', h.at) as item from hit h join need n on n.id = h.need
        join alert a on a.id = h.alert
    where h.alert = $2::uuid and a.organisation = $1::uuid and h.state = 'told' and n.state in ('published', 'amended')
        and (n.deadline is null or n.deadline > now()) and ($3::uuid is null or h.need < $3::uuid)
    order by h.need desc limit $4::int + 1
), kept as (
    select * from page order by need desc limit $4::int
), next as (
    select case when (select count(*) from page) > $4::int then (select need from kept order by need limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by need desc) from kept), '[]'), 'next', next)::text, next from next
