-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id, $2 SIRET, $3 name, $4 kinds, $5 structures (comma-separated)
select organisation_json(o)::text, o.id, pg_notify('entregent', '')
from organisation_enter($1::uuid, $2, $3, string_to_array($4, ','), string_to_array($5, ',')) o
