-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 channel, $3 state or NULL, $4 cursor (id) or NULL, $5 limit
with page as (
    select b.id, b.created, delivery_json(b) as item from outbox b join channel c on c.id = b.channel_id
    where b.channel_id = $2::uuid and c.organisation = $1::uuid and ($3::text is null or b.state = $3) and ($4::uuid is null or (b.created, b.id) < (
        select x.created, x.id from outbox x where x.id = $4::uuid and x.channel_id = $2::uuid))
    order by b.created desc, b.id desc limit $5::int + 1
), kept as (
    select * from page order by created desc, id desc limit $5::int
), next as (
    select case when (select count(*) from page) > $5::int then (select id from kept order by created, id limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by created desc, id desc) from kept), '[]'), 'next', next)::text, next from next
