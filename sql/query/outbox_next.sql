-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel, $2 endpoints and organisations that have as many under way as they may: milliseconds until the next is due
select (extract(epoch from min(b.at) - now()) * 1000)::bigint
from (select case when x.state = 'claimed' then x.lease when x.kind = 'test' then x.due else greatest(x.due, c.rest) end as at
    from outbox x left join channel c on c.id = x.channel_id
    where x.channel = $1 and x.state in ('due', 'claimed') and (c.id is null or (c.active and not c.id = any (string_to_array($2, ',')::uuid[])
        and (c.organisation is null or not c.organisation = any (string_to_array($2, ',')::uuid[]))))
    order by x.due limit 1000) b
