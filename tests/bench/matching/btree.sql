-- SPDX-License-Identifier: EUPL-1.2
-- One row for each place under which a capability stands, and a btree on (place, CPV) that holds all columns: the tree's order
-- makes a subtree of the CPV one range, so that both directions are index-only scans. Place 0 is all of France.
-- part: build
create unlogged table posting as
    select term, cpv, offer, least, most, services::int2, structures, labels, full_until, radius, lat, lon, siret,
        nullif(excluded, '{}') as excluded, nullif(blocked, '{}') as blocked
    from given, unnest(terms || 0) term where active;
create index on posting (term, cpv)
    include (offer, least, most, services, structures, labels, full_until, radius, lat, lon, siret, excluded, blocked);
vacuum analyze;
-- part: settings
set enable_seqscan = off;
set enable_bitmapscan = off;
set enable_material = off;
-- part: question
select distinct c.offer
from unnest($4, $5, $6) t(term, lat, lon), unnest($1, $2) s(low, high), lateral (
    select c.offer from posting c
    where c.term = t.term and c.cpv between s.low and s.high
      and c.least <= $12 and c.most >= $11
      and ($10 = 0 or c.services = 0 or c.services & $10 <> 0)
      and ($13 = 0 or c.structures & $13 <> 0)
      and c.full_until <= $16
      and c.labels & $14 = $14
      and c.siret / 100000 <> $18
      and c.siret <> all($19) and c.siret / 100000 <> all($19)
      and (c.excluded is null or not c.excluded && $15)
      and (c.blocked is null or not c.blocked && $17)
      and (t.lat is null or distance(c.lat, c.lon, t.lat, t.lon) <= c.radius)
    offset 0) c
-- part: anywhere
select distinct c.offer
from unnest($1, $2) s(low, high), lateral (
    select c.offer from posting c
    where c.term = 0 and c.cpv between s.low and s.high
      and c.least <= $12 and c.most >= $11
      and ($10 = 0 or c.services = 0 or c.services & $10 <> 0)
      and ($13 = 0 or c.structures & $13 <> 0)
      and c.full_until <= $16
      and c.labels & $14 = $14
      and c.siret / 100000 <> $18
      and c.siret <> all($19) and c.siret / 100000 <> all($19)
      and (c.excluded is null or not c.excluded && $15)
      and (c.blocked is null or not c.blocked && $17)
    offset 0) c
