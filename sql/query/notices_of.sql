-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 id, $3 limit
select n.id, n.organisation, n.kind, notice_json(n)::text from notice n
where n.organisation = $1::uuid and n.id > $2::bigint order by n.id limit $3::int
