-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 kind: what its link is about, before it is used: e-mail, name, organisation, whether the person is known
select t.email, coalesce(t.args #>> '{alert,name}', p.name, t.args ->> 'name'), coalesce(o.name, t.args ->> 'organisation'), p.id is not null
from ticket t left join person p on p.id = t.person or p.email = t.email
    left join organisation o on o.id = coalesce(t.organisation, (t.args ->> 'join')::uuid)
where t.id = $1::uuid and t.kind = $2 and t.used is null and t.expires > now()
