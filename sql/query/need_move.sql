-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 key, $3 hash, $4 hours, $5 id, $6 to, $7 from (comma-separated)
select status, answer, version, replayed
from need_move($1::uuid, $2, $3, $4::int, $5::uuid, $6, string_to_array($7, ','))
