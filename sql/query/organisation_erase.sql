-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 days that ended needs are kept
select status, answer from organisation_erase($1::uuid, $2::int)
