-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 version, $4 body
select status, answer, version from convention_put($1::uuid, $2::uuid, $3::int, $4::jsonb)
