-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id
select alert_json(a)::text, a.version from alert a where a.organisation = $1::uuid and a.id = $2::uuid
