-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 hash of the token: the caller, as session_find
select o.id, o.siret, o.name, array_to_string(o.kinds, ','), array_to_string(o.structures, ','), o.suspended is not null, t.person, m.role, array_to_string(t.scopes, ','), false, t.seen is null or t.seen < now() - interval '5 minutes'
from token t join organisation o on o.id = t.organisation left join member m on m.person = t.person and m.organisation = t.organisation
where t.hash = $1 and (t.expires is null or t.expires > now()) and (t.person is null or m.role <> 'asked')
