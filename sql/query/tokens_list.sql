-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 person or '', $3 whether the organisation's are shown too
select json_build_object('items', coalesce(json_agg(json_build_object('id', id, 'label', label, 'scopes', scopes,
    'personal', person is not null, 'created', created, 'expires', expires, 'seen', seen) order by created, id), '[]'), 'next', null)::text, null
from token where organisation = $1::uuid and (person is null and $3::boolean or person = nullif($2, '')::uuid)
