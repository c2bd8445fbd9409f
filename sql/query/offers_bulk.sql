-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 source ('': its owner), $2 rows
select line, id, added, refused from offers_bulk($1, $2::jsonb)
