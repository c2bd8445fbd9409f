-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 delivery, $2 channel: NULL for all: what failed goes out again, what waits for its next try is tried at once; daemons are told.
-- The state it had comes along.
with again as (
    select outbox_replay($2::uuid, $1::uuid) as count
), sooner as (
    update outbox b set due = now() where b.state = 'due' and b.due > now() and b.attempts > 0 and ($1::uuid is null or b.id = $1::uuid)
        and ($2::uuid is null or b.channel_id = $2::uuid) returning 1
), woken as (
    update channel c set rest = null where c.rest is not null and ($2::uuid is null or c.id = $2::uuid)
        and ($1::uuid is null or c.id = (select b.channel_id from outbox b where b.id = $1::uuid))
), met as (
    select (select count from again) + (select count(*) from sooner) as count
)
select m.count, b.state, pg_notify('entregent', ''), case when m.count > 0 then (select audit_add((select c.organisation from channel c where c.id = coalesce(b.channel_id, $2::uuid)),
    'delivery_retried', coalesce($1::uuid::text, 'all'), jsonb_strip_nulls(jsonb_build_object('kind', b.kind, 'count', m.count)))) end
from met m left join outbox b on b.id = $1::uuid
