-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 person, $2 hash of the present one
select json_build_object('items', coalesce(json_agg(json_build_object('id', id, 'created', created, 'device', coalesce(device, ''), 'seen', seen, 'expires', expires,
    'current', hash = $2) order by seen desc), '[]'), 'next', null)::text, null
from session where person = $1::uuid and expires > now()
