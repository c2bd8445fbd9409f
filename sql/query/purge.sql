-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 days of notices, $2 hours of keys, $3 days of the journal, $4 rows at a time
select purge($1::int, $2::int, $3::int, $4::int)
