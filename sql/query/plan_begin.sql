-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation (NULL: a repair that is due), $2 convention, $3 id, $4 options
select status, answer, agenda from plan_begin($1::uuid, $2::uuid, $3::uuid, $4::jsonb)
