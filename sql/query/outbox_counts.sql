-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- by channel: due now, waiting for later, under way, failed, seconds since the oldest became due, tries of what waits; held for digests; notices not yet dispatched
select x.channel, count(*) filter (where b.state = 'due' and b.at <= now()), count(*) filter (where b.state = 'due' and b.at > now()),
    count(*) filter (where b.state = 'claimed'), count(*) filter (where b.state = 'failed'),
    coalesce(extract(epoch from now() - min(b.at) filter (where b.state = 'due' and b.at <= now())), 0)::bigint,
    coalesce(sum(b.attempts) filter (where b.state in ('due', 'claimed')), 0), (select count(*) from held),
    (select count(*) from notice n, cursor c where c.name = 'dispatch' and n.id > c.id)
from unnest(array['mail', 'webhook']) x (channel) left join (select o.channel, o.state, o.attempts, greatest(o.due, h.rest) as at
    from outbox o left join channel h on h.id = o.channel_id where o.state <> 'done' and (o.state <> 'due' or h.id is null or h.active)) b on b.channel = x.channel
group by x.channel order by x.channel
