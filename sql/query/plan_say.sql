-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 plan, $2 progress or NULL: still there; whether it goes on
select plan_say($1::uuid, $2::jsonb)
