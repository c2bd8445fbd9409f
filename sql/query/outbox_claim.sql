-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel, $2 how many, $3 seconds of the lease, $4 at most of one endpoint, $5 of one organisation, $6 endpoints and organisations that have as many already
-- No endpoint holds up another, and no organisation the others. One statement, one snapshot: a function of its own would claim
-- what was stored after this one began to look, and whose notice it does not see.
with z as materialized (
    select y.id from (select x.id, x.due, row_number() over (partition by coalesce(x.channel_id, x.id) order by x.due, x.id) as place,
                row_number() over (partition by coalesce(x.organisation, x.id) order by x.due, x.id) as share
            from (select c.id, c.channel_id, h.organisation, c.due from outbox c left join channel h on h.id = c.channel_id
                where c.channel = $1 and c.state in ('due', 'claimed') and c.due <= now() and (c.state = 'due' or c.lease < now())
                    and (h.id is null or (h.active and (h.rest is null or h.rest <= now() or c.kind = 'test') and not h.id = any (string_to_array($6, ',')::uuid[])
                        and (h.organisation is null or not h.organisation = any (string_to_array($6, ',')::uuid[]))))
                order by c.due limit 4 * $2::int for update of c skip locked) x) y
        where y.place <= $4::int and y.share <= $5::int order by y.due limit $2::int
), b as (
    update outbox o set state = 'claimed', lease = now() + make_interval(secs => $3::int), attempts = o.attempts + 1
        from z where o.id = z.id returning o.*
)
select b.id, b.kind, coalesce(b.email, p.email, a.email, q.email), coalesce(b.language, p.language, a.language, q.language, 'fr'), b.ticket, b.args::text, b.attempts,
    (extract(epoch from coalesce(n.at, b.created)) * 1000)::bigint, (select k.kind from ticket k where k.id = b.ticket), b.channel_id,
    outbox_content(o)::text, c.url, c.secret, (extract(epoch from b.since) * 1000)::bigint, c.organisation
from b join outbox o on o.id = b.id
    left join channel c on c.id = b.channel_id left join notice n on n.id = b.notice left join person p on p.id = b.person left join alert a on a.id = c.alert
    left join participant q on q.id = c.participant
