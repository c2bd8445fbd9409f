-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 key, $3 hash, $4 hours, $5 id, $6 to, $7 from (comma-separated), $8 version that was checked: no row when it is another one now
with held as materialized (
    select n.id, n.version from need n where n.id = $5::uuid and n.organisation = $1::uuid for update
), checked as materialized (
    select h.id from held h where h.version = $8::int
)
select m.status, m.answer, m.version, m.replayed
from checked c cross join lateral need_move($1::uuid, $2, $3, $4::int, c.id, $6, string_to_array($7, ',')) m
