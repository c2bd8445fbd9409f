-- SPDX-License-Identifier: EUPL-1.2
-- $1 hash, $2 organisation (id or SIRET), $3 label, $4 days it lasts or NULL
insert into token (hash, organisation, label, expires)
select $1, o.id, coalesce($3, ''), now() + make_interval(days => $4::int)
from organisation o where o.id::text = $2 or o.siret = $2
returning organisation
