-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 need, $2 yes or no, $3 reason, $4 version that was read or NULL
select status, answer from need_decide($1::uuid, $2::boolean, $3, $4::int)
