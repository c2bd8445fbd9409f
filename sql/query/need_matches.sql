-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 need, $2 cursor (organisation) or NULL, $3 limit
with page as (
    select -m.score as rank, m.offered, m.organisation, jsonb_build_object('offer', organisation_json(o) - 'kinds', 'score', m.score,
        'partial', m.partial, 'state', m.state, 'at', m.at, 'lots', m.lots) as item
    from match m join organisation o on o.id = m.organisation
    where m.need = $1::uuid and m.state = 'told' and ($2::uuid is null or (-m.score, m.offered, m.organisation) > (
        select -c.score, c.offered, c.organisation from match c where c.need = $1::uuid and c.organisation = $2::uuid))
    order by rank, m.offered, m.organisation limit $3::int + 1
), kept as (
    select * from page order by rank, offered, organisation limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int
        then (select organisation from kept order by rank desc, offered desc, organisation desc limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by rank, offered, organisation) from kept), '[]'),
    'total', (select count(*) from match where need = $1::uuid and state = 'told'), 'next', next)::text, next
from next
