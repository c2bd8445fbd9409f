-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation: its offer as it is matched, if it is
select o.id, f.version, f.body::text, o.siret, o.name, array_to_string(o.structures, ','),
    (extract(epoch from f.created) * 1000)::bigint
from offer f join organisation o on o.id = f.organisation
where o.suspended is null and 'supplier' = any (o.kinds) and o.id = $1::uuid
