-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 hash, $2 id, $3 person, $4 days
select session_add($1, $2::uuid, $3::uuid, $4::int)
