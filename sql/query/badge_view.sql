-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge: what its page of arrival says: name, company, convention, whether it may arrive now, when it did, its language; the clock of the place, its next meeting's start and table
select p.name, p.company, c.body ->> 'name', c.state in ('open', 'closed') and now() between c.starts - interval '4 hours' and c.ends, p.arrived, p.language, right(c.body #>> '{sessions,0,start}', 6), n.j ->> 'start', n.j ->> 'table'
from participant p join convention c on c.id = p.convention left join lateral (select meeting_json(m) as j from booking b join meeting m on m.request = b.request
    where b.person = p.number and upper(b.during) > now() order by b.during limit 1) n on true
where p.key = $1::uuid and p.email is not null and p.state not in ('declined', 'withdrawn')
