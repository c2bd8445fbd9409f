-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge, $2 request, $3 met, $4 useful, $5 follow-up
select status, answer from outcome_put((select p.id from participant p where p.key = $1::uuid), $2::uuid, $3::boolean, $4::boolean, $5)
