-- SPDX-License-Identifier: EUPL-1.2
-- $1 id, $2 SIRET, $3 name, $4 kinds, $5 structures (comma-separated). A known SIRET gains what is new.
insert into organisation (id, siret, name, kinds, structures)
values ($1, $2, $3, string_to_array($4, ','), string_to_array($5, ','))
on conflict (siret) do update set name = excluded.name,
    kinds = array(select distinct unnest(organisation.kinds || excluded.kinds) order by 1),
    structures = array(select distinct unnest(organisation.structures || excluded.structures) order by 1)
returning organisation_json(organisation)::text, xmax = 0, id
