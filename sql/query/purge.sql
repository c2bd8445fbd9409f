-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 days of notices, $2 hours of keys, $3 days of the journal, $4 rows at a time, $5 days of mails and calls that were delivered or failed
with gone as (
    delete from outbox b where b.id in (select x.id from outbox x where x.state in ('done', 'failed') and x.created < now() - make_interval(days => $5::int) limit $4::int) returning b.id
)
select purge($1::int, $2::int, $3::int, $4::int) or (select count(*) from gone) = $4::int
