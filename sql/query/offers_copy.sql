-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- app.value: the stamp of packed forms that can be read; of other offers comes the body
copy (select o.id, f.version, o.siret, array_to_string(o.structures, ','), f.created,
    case when s.fits then f.packed end, case when not s.fits then f.body::text end
from offer f join organisation o on o.id = f.organisation, lateral (select
    coalesce(f.packed_stamp = (select current_setting('app.value')::bigint) and f.packed is not null, false) as fits) s
where o.suspended is null and 'supplier' = any (o.kinds)) to stdout (format binary)
