-- SPDX-License-Identifier: EUPL-1.2
-- $1 hash of the token
select o.id, o.siret, o.name, array_to_string(o.kinds, ','), array_to_string(o.structures, ',')
from token t join organisation o on o.id = t.organisation
where t.hash = $1 and (t.expires is null or t.expires > now())
