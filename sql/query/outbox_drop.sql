-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 delivery, $2 channel: what is not delivered yet, never will be. The state it had comes along.
with gone as (update outbox b set state = 'failed', said = 'dropped by the operator' where b.state = 'due' and ($1::uuid is null or b.id = $1::uuid) and ($2::uuid is null or b.channel_id = $2::uuid) returning 1
), met as (
    select count(*) as count from gone
)
select m.count, b.state, case when m.count > 0 then (select audit_add((select c.organisation from channel c where c.id = coalesce(b.channel_id, $2::uuid)),
    'delivery_dropped', coalesce($1::uuid::text, 'all'), jsonb_strip_nulls(jsonb_build_object('kind', b.kind, 'count', m.count)))) end
from met m left join outbox b on b.id = $1::uuid
