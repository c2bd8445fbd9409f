-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- milliseconds until the next is due, and how many wait
select (extract(epoch from min(case when state = 'claimed' then lease else due end) - now()) * 1000)::bigint, count(*) from outbox where state in ('due', 'claimed')
