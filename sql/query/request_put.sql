-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 request, $3 version, $4 {"priority","session","slot","table","forbidden","after"}
select status, answer, version from request_put($1::uuid, $2::uuid, $3::int, $4::jsonb)
