-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 version, $3 name, $4 kinds, $5 claims (comma-separated), $6 contact
select status, answer, version from organisation_put($1::uuid, $2::int, $3, string_to_array($4, ','), string_to_array($5, ','), $6::jsonb)
