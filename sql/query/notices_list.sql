-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 cursor (id) or NULL, $3 limit
with page as (
    select n.id, notice_json(n) as item from notice n
    where n.organisation = $1::uuid and ($2::bigint is null or n.id < $2::bigint)
    order by n.id desc limit $3::int + 1
), kept as (
    select * from page order by id desc limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int then (select min(id) from kept) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by id desc) from kept), '[]'), 'next', next::text)::text, next
from next
