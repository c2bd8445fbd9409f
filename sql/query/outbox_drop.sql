-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 delivery, $2 channel: what is not delivered yet, never will be
with gone as (update outbox b set state = 'failed', said = 'dropped by the operator' where b.state = 'due' and ($1::uuid is null or b.id = $1::uuid) and ($2::uuid is null or b.channel_id = $2::uuid) returning 1)
select count(*) from gone
