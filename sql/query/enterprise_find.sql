-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 SIRET
select enterprise_json($1)::text
