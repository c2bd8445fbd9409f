-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 plan, $2 done, stopped or failed, $3 why {"fr","en"} or NULL, $4 levels, $5 places, $6 what is left out; whether somebody is told
select plan_end($1::uuid, $2, $3::jsonb, $4::jsonb, $5::jsonb, $6::jsonb)
