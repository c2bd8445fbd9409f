-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation
select json_build_object('items', coalesce(json_agg(json_build_object('person', p.id, 'name', p.name, 'email', p.email, 'role', m.role,
    'since', m.since) order by m.since, p.id), '[]'), 'next', null)::text, null
from member m join person p on p.id = m.person where m.organisation = $1::uuid
