-- SPDX-License-Identifier: EUPL-1.2
-- $1 source, $2 rows
select line, id, added from need_import($1, $2::jsonb)
