-- SPDX-License-Identifier: EUPL-1.2
-- One row a capability with its lines of the CPV tree and its places as int[], both in one GIN index; all else in the row.
-- part: build
create unlogged table capability as
    select offer, cpv_keys, terms, least, most, services::int2, structures, labels, full_until, radius, lat, lon, siret,
        nullif(excluded, '{}') as excluded, nullif(blocked, '{}') as blocked
    from given where active order by cpv, offer;
create index on capability using gin (cpv_keys, terms) with (fastupdate = off);
vacuum analyze;
-- part: settings
set enable_hashjoin = off;
set enable_mergejoin = off;
set enable_seqscan = off;
set enable_material = off;
set enable_memoize = off;
-- part: question
select distinct c.offer
from capability c
where c.cpv_keys && $3 and c.terms && $4
  and c.least <= $12 and c.most >= $11
  and ($10 = 0 or c.services = 0 or c.services & $10 <> 0)
  and ($13 = 0 or c.structures & $13 <> 0)
  and c.full_until <= $16
  and c.labels & $14 = $14
  and c.siret / 100000 <> $18
  and c.siret <> all($19) and c.siret / 100000 <> all($19)
  and (c.excluded is null or not c.excluded && $15)
  and (c.blocked is null or not c.blocked && $17)
  and (c.terms && $7 or exists (select from unnest($8, $9) p(lat, lon) where distance(c.lat, c.lon, p.lat, p.lon) <= c.radius))
-- part: anywhere
select distinct c.offer
from capability c
where c.cpv_keys && $3
  and c.least <= $12 and c.most >= $11
  and ($10 = 0 or c.services = 0 or c.services & $10 <> 0)
  and ($13 = 0 or c.structures & $13 <> 0)
  and c.full_until <= $16
  and c.labels & $14 = $14
  and c.siret / 100000 <> $18
  and c.siret <> all($19) and c.siret / 100000 <> all($19)
  and (c.excluded is null or not c.excluded && $15)
  and (c.blocked is null or not c.blocked && $17)
