-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation of the offer, $2 cursor (need) or NULL, $3 limit, $4 interested, declined, none or NULL, $5 over, else those that
-- are open, $6 month of the deadline or NULL
with fitting as (
    select -m.score as rank, m.need from match m join need n on n.id = m.need
    where m.organisation = $1::uuid
        and case when $5 = 'over' then m.told is not null and m.state in ('told', 'withdrawn') and (n.state in ('closed', 'awarded', 'cancelled') or n.deadline <= now())
            else m.state = 'told' and n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now()) end
        and ($4::text is null or ($4 = 'none' and m.answer is null) or m.answer = $4)
        and ($6::text is null or to_char(n.deadline at time zone 'Europe/Paris', 'YYYY-MM') = $6)
), page as (
    select f.rank, f.need from fitting f
    where $2::uuid is null or (f.rank, f.need) > (select -c.score, c.need from match c where c.need = $2::uuid and c.organisation = $1::uuid)
    order by f.rank, f.need limit $3::int + 1
), kept as (
    select p.rank, p.need, match_own(m) || jsonb_build_object('need', need_brief(n)) || case
        when m.answer = 'interested' then jsonb_build_object('contact', contact_json(n.organisation)) else '{}' end as item
    from (select * from page order by rank, need limit $3::int) p join match m on m.need = p.need and m.organisation = $1::uuid join need n on n.id = p.need
), next as (
    select case when (select count(*) from page) > $3::int then (select need from kept order by rank desc, need desc limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by rank, need) from kept), '[]'),
    'total', (select count(*) from fitting), 'next', next)::text, next
from next
