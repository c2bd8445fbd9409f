-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 'mine' or NULL (public ones, and those our people are in, that are not over), $3 cursor (id) or NULL, $4 limit
with page as (
    select c.id, case when c.organisation = $1::uuid then convention_json(c) - 'hall' else convention_brief(c) - 'slots' end as item from convention c
    where case when $2::text is not null then c.organisation = $1::uuid else c.state in ('open', 'closed') end and ($3::uuid is null or c.id < $3::uuid)
    order by id desc limit $4::int + 1
), kept as (
    select * from page order by id desc limit $4::int
), next as (
    select case when (select count(*) from page) > $4::int then (select id from kept order by id limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by id desc) from kept), '[]'), 'next', next)::text, next
from next
