-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 claim, $3 yes or no, $4 who says so, $5 reason, told to the owners
select claim_decide($1::uuid, $2, $3::boolean, $4, $5)::text
