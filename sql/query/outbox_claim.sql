-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 how many, $2 seconds of the lease
update outbox b set state = 'claimed', lease = now() + make_interval(secs => $2::int), attempts = b.attempts + 1
from (select c.id from outbox c where (c.state = 'due' and c.due <= now()) or (c.state = 'claimed' and c.lease < now())
    order by c.due limit $1::int for update skip locked) x
where b.id = x.id
returning b.id, b.kind, b.email, b.language, b.ticket, b.args::text, b.attempts, (extract(epoch from b.created) * 1000)::bigint,
    (select k.kind from ticket k where k.id = b.ticket)
