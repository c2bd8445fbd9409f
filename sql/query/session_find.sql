-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 hash of the cookie: organisation, SIRET, name, kinds, structures, whether suspended; person, role, scopes, whether a
-- moderator, whether its last use is to be noted
select o.id, o.siret, o.name, array_to_string(o.kinds, ','), array_to_string(o.structures, ','), o.suspended is not null, s.person, m.role, null, p.moderator, s.seen < now() - interval '5 minutes' or s.device is null
from session s join person p on p.id = s.person
    left join member m on m.person = s.person and m.organisation = s.organisation and m.role <> 'asked'
    left join organisation o on o.id = m.organisation
where s.hash = $1 and s.expires > now()
