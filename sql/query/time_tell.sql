-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 days before a deadline, with commas; $2 days before a deadline for waves; $3 rows at a time
select time_tell(string_to_array($1, ',')::int[], $2::int, $3::int)
