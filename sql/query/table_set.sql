-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 table, $4 whether it is lost
select status, answer, version from table_set($1::uuid, $2::uuid, $3, $4::boolean)
