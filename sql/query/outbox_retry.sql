-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 delivery, $2 channel: NULL for all: what failed goes out again, what waits for its next try is tried at once; daemons are told
with again as (
    select outbox_replay($2::uuid, $1::uuid) as count
), sooner as (
    update outbox b set due = now() where b.state = 'due' and b.due > now() and b.attempts > 0 and ($1::uuid is null or b.id = $1::uuid)
        and ($2::uuid is null or b.channel_id = $2::uuid) returning 1
), woken as (
    update channel c set rest = null where c.rest is not null and ($2::uuid is null or c.id = $2::uuid)
        and ($1::uuid is null or c.id = (select b.channel_id from outbox b where b.id = $1::uuid))
)
select (select count from again) + (select count(*) from sooner), pg_notify('entregent', '')
