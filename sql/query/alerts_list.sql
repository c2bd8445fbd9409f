-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation
select json_build_object('items', coalesce(json_agg(alert_json(a) order by a.created, a.id), '[]'), 'next', null)::text, null
from alert a where a.organisation = $1::uuid
