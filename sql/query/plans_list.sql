-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 convention, $2 cursor (id) or NULL, $3 limit; no row: somebody else's
with page as (
    select p.id, plan_json(p) - 'curve' as item from plan p where p.convention = $1::uuid and ($2::uuid is null or p.id < $2::uuid)
    order by id desc limit $3::int + 1
), kept as (
    select * from page order by id desc limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int then (select id from kept order by id limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by id desc) from kept), '[]'), 'next', next)::text, next
from next where exists (select from convention c where c.id = $1::uuid and c.organisation = app_org())
