-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 days of ended needs, $2 days of unused accounts, $3 rows at a time
select retention($1::int, $2::int, $3::int)
