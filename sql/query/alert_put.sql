-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id, $3 version, $4 body
select * from alert_put($1::uuid, $2::uuid, $3::int, $4::jsonb)
