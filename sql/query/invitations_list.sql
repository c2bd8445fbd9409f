-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation
select json_build_object('items', coalesce(json_agg(json_build_object('id', id, 'email', email, 'role', role, 'created', created,
    'expires', expires) order by id), '[]'), 'next', null)::text, null
from ticket where kind = 'invite' and organisation = $1::uuid and used is null and expires > now()
