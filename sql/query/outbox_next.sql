-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel, $2 endpoints and organisations that have as many under way as they may: milliseconds until the next is due
-- What rests is not counted among what is due: however much of it there is, it hides nothing.
with x as not materialized (
    select x.state, x.due, x.lease, x.kind, c.rest from outbox x left join channel c on c.id = x.channel_id
    where x.channel = $1 and x.state in ('due', 'claimed') and (c.id is null or (c.active and not c.id = any (string_to_array($2, ',')::uuid[])
        and (c.organisation is null or not c.organisation = any (string_to_array($2, ',')::uuid[]))))
)
select (extract(epoch from min(b.at) - now()) * 1000)::bigint
from ((select x.due as at from x where x.state = 'due' and (x.rest is null or x.rest <= now() or x.kind = 'test') order by x.due limit 1)
    union all select min(greatest(x.lease, x.rest)) from x where x.state = 'claimed'
    union all select min(c.rest) from channel c where c.rest > now() and c.active) b
