-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 need, $4 interested, seen or NULL, $5 least score, $6 most suppliers, $7 people in all
select status, answer from convention_invite($1::uuid, $2::uuid, $3::uuid, $4, $5::int, $6::int, $7::int)
