-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 cursor (seq) or NULL, $3 limit
with page as (
    select seq, entry::jsonb - 'rights' as item from audit where organisation = $1::uuid and ($2::bigint is null or seq < $2::bigint)
    order by seq desc limit $3::int + 1
), kept as (
    select * from page order by seq desc limit $3::int
), next as (
    select case when (select count(*) from page) > $3::int then (select min(seq) from kept) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by seq desc) from kept), '[]'), 'next', next::text)::text, next
from next
