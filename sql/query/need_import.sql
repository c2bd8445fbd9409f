-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 source, $2 rows, $3 state of what is new
select line, id, added from need_import($1, $2::jsonb, $3)
