-- SPDX-License-Identifier: EUPL-1.2
-- Normalised tables, joined; a btree on each column that a join or a condition uses.
-- part: build
create unlogged table offer as
    select offer as id, structures, full_until, siret, lat, lon from given where number = 1 and active;
create unlogged table offer_label as
    select offer, label::int2 from given, generate_series(0, 23) label where number = 1 and active and labels >> label & 1 = 1;
create unlogged table offer_blocked as select offer, unnest(blocked) as buyer from given where number = 1 and active;
create unlogged table capability as
    select row_number() over (order by cpv, offer)::int as id, offer, number, cpv, services, radius, least, most from given where active;
create unlogged table capability_zone as
    select c.id as capability, unnest(terms) as term from given g join capability c on (c.offer, c.number) = (g.offer, g.number) order by 1;
create unlogged table capability_excluded as
    select c.id as capability, unnest(excluded) as word from given g join capability c on (c.offer, c.number) = (g.offer, g.number);
create unique index on offer (id) include (structures, full_until, siret, lat, lon);
create unique index on offer_label (offer, label);
create index on offer_blocked (offer) include (buyer);
create index on capability (cpv) include (id, offer, services, radius, least, most);
create index on capability_zone (capability) include (term);
create index on capability_excluded (capability) include (word);
vacuum analyze;
-- part: settings
set enable_seqscan = off;
set enable_bitmapscan = off;
set enable_hashjoin = off;
set enable_mergejoin = off;
set enable_material = off;
set enable_memoize = off;
-- part: question
select distinct c.offer
from unnest($1, $2) s(low, high), lateral (
    select c.id, c.offer, c.radius from capability c
    where c.cpv between s.low and s.high
      and c.least <= $12 and c.most >= $11
      and ($10 = 0 or c.services = 0 or c.services & $10 <> 0)
      and exists (select from capability_zone z where z.capability = c.id and z.term = any($4))
    offset 0) c, lateral (
    select from offer o
    where o.id = c.offer
      and ($13 = 0 or o.structures & $13 <> 0)
      and o.full_until <= $16
      and o.siret / 100000 <> $18
      and o.siret <> all($19) and o.siret / 100000 <> all($19)
      and ($14 = 0 or (select count(*) from offer_label l where l.offer = o.id and l.label = any($20)) = cardinality($20))
      and not exists (select from offer_blocked b where b.offer = o.id and b.buyer = any($17))
      and not exists (select from capability_excluded e where e.capability = c.id and e.word = any($15))
      and (c.radius = 0 or exists (select from capability_zone z where z.capability = c.id and z.term = any($7))
        or exists (select from unnest($8, $9) p(lat, lon) where distance(o.lat, o.lon, p.lat, p.lon) <= c.radius))
    offset 0) o
-- part: anywhere
select distinct c.offer
from unnest($1, $2) s(low, high), lateral (
    select c.id, c.offer from capability c
    where c.cpv between s.low and s.high
      and c.least <= $12 and c.most >= $11
      and ($10 = 0 or c.services = 0 or c.services & $10 <> 0)
    offset 0) c, lateral (
    select from offer o
    where o.id = c.offer
      and ($13 = 0 or o.structures & $13 <> 0)
      and o.full_until <= $16
      and o.siret / 100000 <> $18
      and o.siret <> all($19) and o.siret / 100000 <> all($19)
      and ($14 = 0 or (select count(*) from offer_label l where l.offer = o.id and l.label = any($20)) = cardinality($20))
      and not exists (select from offer_blocked b where b.offer = o.id and b.buyer = any($17))
      and not exists (select from capability_excluded e where e.capability = c.id and e.word = any($15))
    offset 0) o
