-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation of the offer, $2 cursor (need) or NULL, $3 limit
with page as (
    select -m.score as rank, m.need, match_own(m) || jsonb_build_object('need', need_brief(n)) || case
        when m.answer = 'interested' then jsonb_build_object('contact', contact_json(n.organisation)) else '{}' end as item
    from match m join need n on n.id = m.need
    where m.organisation = $1::uuid and m.state = 'told' and n.state in ('published', 'amended')
        and (n.deadline is null or n.deadline > now())
        and ($2::uuid is null or (-m.score, m.need) > (
            select -c.score, c.need from match c where c.need = $2::uuid and c.organisation = $1::uuid))
    order by rank, m.need limit $3::int + 1
), kept as (
    select * from page order by rank, need limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int then (select need from kept order by rank desc, need desc limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by rank, need) from kept), '[]'), 'next', next)::text, next
from next
