-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- As an administrator sees it: no address and no secret.
-- $1 state, NULL: all but what is delivered, $2 channel or NULL, $3 cursor (id) or NULL, $4 limit
with page as materialized (
    select b.id, b.created from outbox b where case when $1::text is null then b.state <> 'done' else b.state = $1 end and ($2::text is null or b.channel = $2)
        and ($3::uuid is null or (b.created, b.id) < (select x.created, x.id from outbox x where x.id = $3::uuid))
    order by b.created desc, b.id desc limit $4::int + 1
), kept as materialized (
    select * from page order by created desc, id desc limit $4::int
), next as (
    select case when (select count(*) from page) > $4::int then (select id from kept order by created, id limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(jsonb_strip_nulls(jsonb_build_object('id', b.id, 'channel', b.channel, 'kind', b.kind, 'state', b.state,
        'organisation', case when o.id is not null then organisation_json(o) end, 'created', b.created, 'due', case when b.state in ('due', 'claimed') then b.due end, 'attempts', b.attempts,
        'said', regexp_replace(regexp_replace(b.said, '[^[:space:]<>():;,]+@[^[:space:]<>():;,]+', '…', 'g'), '(https?://[^/[:space:]]+)/[^[:space:]]*', '\1/…', 'g')))
        order by k.created desc, k.id desc)
    from kept k join outbox b on b.id = k.id left join channel c on c.id = b.channel_id left join organisation o on o.id = c.organisation), '[]'),
    'next', n.next)::text, n.next
from next n
