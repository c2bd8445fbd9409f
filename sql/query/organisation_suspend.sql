-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 whether suspended, $3 reason
select organisation_suspend($1::uuid, $2::boolean, $3)::text
