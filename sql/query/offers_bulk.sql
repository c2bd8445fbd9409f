-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 source, $2 rows
select line, id, added, refused from offers_bulk($1, $2::jsonb)
