-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 need, $2 cursor (organisation) or NULL, $3 limit, $4 interested, declined, seen, held or NULL: those that were told.
-- What a supplier says and how it is reached is for the buyer, not for an organiser that looks on.
with page as (
    select -m.score as rank, m.offered, m.organisation, match_own(m) - case when n.organisation = app_org() then '' else 'message' end
        || jsonb_build_object('offer', organisation_json(o) - 'kinds')
        || case when m.answer = 'interested' and n.organisation = app_org() then jsonb_build_object('contact', contact_json(m.organisation)) else '{}' end as item
    from match m join organisation o on o.id = m.organisation join need n on n.id = m.need
    where m.need = $1::uuid and m.state = case when $4 = 'held' then 'held' else 'told' end
        and ($4::text is null or $4 = 'held' or m.answer = $4 or ($4 = 'seen' and m.seen is not null))
        and ($2::uuid is null or (-m.score, m.offered, m.organisation) > (
        select -c.score, c.offered, c.organisation from match c where c.need = $1::uuid and c.organisation = $2::uuid))
    order by rank, m.offered, m.organisation limit $3::int + 1
), kept as (
    select * from page order by rank, offered, organisation limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int
        then (select organisation from kept order by rank desc, offered desc, organisation desc limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by rank, offered, organisation) from kept), '[]'),
    'total', (select count(*) from match m where m.need = $1::uuid and m.state = case when $4 = 'held' then 'held' else 'told' end
        and ($4::text is null or $4 = 'held' or m.answer = $4 or ($4 = 'seen' and m.seen is not null))), 'next', next)::text, next
from next
