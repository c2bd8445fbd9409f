-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 seconds after which a run that says nothing is given up, $2 days that people of a convention are kept after it, $3 rows at a time; whether there may be more
select conventions_tick($1::int, $2::int, $3::int)
