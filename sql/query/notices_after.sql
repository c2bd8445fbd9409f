-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id, $2 limit: of everybody, for the streams of this process
select n.id, n.organisation, n.kind, notice_json(n)::text from notice n where n.id > $1::bigint order by n.id limit $2::int
