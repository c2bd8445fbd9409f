-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge: what its page of arrival says: name, company, convention, whether it may arrive now, when it did
select p.name, p.company, c.body ->> 'name', c.state in ('open', 'closed') and now() between c.starts - interval '4 hours' and c.ends, p.arrived, p.language
from participant p join convention c on c.id = p.convention where p.key = $1::uuid and p.email is not null and p.state not in ('declined', 'withdrawn')
