-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel, $2 how many, $3 seconds of the lease, $4 at most of one endpoint, $5 of one organisation, $6 endpoints and organisations that have as many already
select b.id, b.kind, coalesce(b.email, p.email, a.email), coalesce(b.language, p.language, a.language, 'fr'), b.ticket, b.args::text, b.attempts,
    (extract(epoch from coalesce(n.at, b.created)) * 1000)::bigint, (select k.kind from ticket k where k.id = b.ticket), b.channel_id,
    outbox_content(b)::text, c.url, c.secret, (extract(epoch from b.since) * 1000)::bigint, c.organisation
from outbox_claim($1, $2::int, $3::int, $4::int, $5::int, string_to_array($6, ',')::uuid[]) b
    left join channel c on c.id = b.channel_id left join notice n on n.id = b.notice left join person p on p.id = b.person left join alert a on a.id = c.alert
