-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation
select json_build_object('items', coalesce(json_agg(channel_json(c) order by c.created, c.id), '[]'), 'next', null)::text, null
from channel c where c.organisation = $1::uuid
