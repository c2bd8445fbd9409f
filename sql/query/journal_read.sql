-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 xid, $2 id of the cursor, $3 limit, $4 stamp: what has happened since, with the present state of each subject; of an offer whose
-- packed form has that stamp, it instead of the body
select j.xid, j.id, j.subject, j.key, coalesce(j.version, 0), j.what, j.changes::text,
    case when o.suspended is null then coalesce(n.state, '') else '' end, coalesce(n.version, f.version, a.version),
    coalesce(n.body, case when p.packed is null and p.there then f.body end, a.body)::text, o.siret, o.name,
    array_to_string(o.structures, ','), (extract(epoch from f.created) * 1000)::bigint, p.packed, p.there
from journal j
    left join need n on j.subject = 'need' and n.id = j.key
    left join offer f on j.subject = 'offer' and f.organisation = j.key
    left join alert a on j.subject = 'alert' and a.id = j.key
    left join organisation o on o.id = case j.subject when 'need' then n.organisation else f.organisation end -- coalesce would look at all
    cross join lateral (select case when j.subject = 'offer' then f.organisation is not null and o.suspended is null and 'supplier' = any (o.kinds)
        else coalesce(n.id, a.id) is not null end as there) t
    cross join lateral (select t.there, case when t.there and f.packed_stamp = $4::bigint then f.packed end as packed) p
where (j.xid, j.id) > ($1::xid8, $2::bigint) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
order by j.xid, j.id limit $3::int
