-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id, $2 limit, $3 how many of them with what they say: of everybody, for the streams of this process
select n.id, n.organisation, n.kind, case when row_number() over (order by n.id) <= $3::int then notice_json(n)::text end
from notice n where n.id > $1::bigint order by n.id limit $2::int
