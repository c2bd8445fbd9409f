-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 alert after which to go on, $2 limit
select a.id, a.version, a.body::text from alert a where a.id > $1::uuid order by a.id limit $2::int
