-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 xid, $2 id of the cursor, $3 limit: what has happened since, with the present state of each subject
select j.xid, j.id, j.subject, j.key, coalesce(j.version, 0), j.what, j.changes::text,
    case when o.suspended is null then coalesce(n.state, '') else '' end, coalesce(n.version, f.version, a.version),
    coalesce(n.body, case when o.suspended is null and 'supplier' = any (o.kinds) then f.body end, a.body)::text, o.siret, o.name,
    array_to_string(o.structures, ','), (extract(epoch from f.created) * 1000)::bigint
from journal j
    left join need n on j.subject = 'need' and n.id = j.key
    left join offer f on j.subject = 'offer' and f.organisation = j.key
    left join alert a on j.subject = 'alert' and a.id = j.key
    left join organisation o on o.id = coalesce(n.organisation, f.organisation)
where (j.xid, j.id) > ($1::xid8, $2::bigint) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
order by j.xid, j.id limit $3::int
