-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 cursor (seq) or NULL, $2 limit
with page as (
    select a.seq, a.organisation, a.entry from audit a where $1::bigint is null or a.seq < $1::bigint order by a.seq desc limit $2::int + 1
), kept as (
    select * from page order by seq desc limit $2::int
), next as (
    select case when (select count(*) from page) > $2::int then (select min(seq) from kept) end as next
)
select json_build_object('items', coalesce((select json_agg(k.entry::jsonb - 'rights' || jsonb_build_object('name', o.name) order by k.seq desc)
        from kept k left join organisation o on o.id = k.organisation), '[]'), 'next', n.next::text)::text, n.next
from next n
