-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 convention, $2 state or NULL (also: waiting, those without a place), $3 participant or NULL, $4 cursor (id) or NULL, $5 limit
with page as (
    select r.id, request_json(r) as item from request r where r.convention = $1::uuid and r.convention in (select c.id from convention c where c.organisation = app_org())
        and ($2::text is null or r.state = $2 or ($2 = 'waiting' and r.state = 'accepted' and not exists (select from meeting m where m.request = r.id)))
        and ($3::uuid is null or $3::uuid in (r.first, r.second)) and ($4::uuid is null or r.id > $4::uuid)
    order by id limit $5::int + 1
), kept as (
    select * from page order by id limit $5::int
), next as (
    select case when (select count(*) from page) > $5::int then (select id from kept order by id desc limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by id) from kept), '[]'), 'next', next)::text, next
from next where exists (select from convention c where c.id = $1::uuid and c.organisation = app_org())
