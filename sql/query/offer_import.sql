-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 source, $2 rows
select line, id, added, joined from offer_import($1, $2::jsonb)
