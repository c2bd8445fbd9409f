-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- how many rows of the journal wait behind an open transaction, the age of the oldest in seconds, and the process that holds them, as far as it may be seen
with oldest as (
    select pg_snapshot_xmin(pg_current_snapshot()) as xid
), waiting as (
    select count(*) as rows, coalesce(extract(epoch from now() - min(j.at)), 0)::bigint as age from journal j, oldest o where j.xid >= o.xid
)
select w.rows, w.age, l.pid, coalesce(nullif(a.application_name, ''), '?'), coalesce(a.state, '?')
from waiting w, oldest o left join pg_locks l on l.locktype = 'transactionid' and l.granted and l.mode = 'ExclusiveLock' and l.transactionid = o.xid::xid
    left join pg_stat_activity a on a.pid = l.pid
limit 1
