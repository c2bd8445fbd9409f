-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 state or NULL, $2 channel or NULL, $3 limit
select b.id, b.channel, b.kind, b.state, b.attempts, to_char(b.created at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), to_char(b.due at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), b.channel_id, b.said
from outbox b where ($1::text is null or b.state = $1) and ($2::text is null or b.channel = $2) and ($1::text is not null or b.state <> 'done') order by b.due, b.id limit $3::int
