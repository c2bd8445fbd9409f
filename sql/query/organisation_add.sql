-- SPDX-License-Identifier: EUPL-1.2
-- $1 id, $2 SIRET, $3 name, $4 kinds, $5 structures (comma-separated). A known SIRET gains what is new, and its offer is
-- matched anew.
with made as (
    insert into organisation (id, siret, name, kinds, structures)
    values ($1, $2, $3, string_to_array($4, ','), string_to_array($5, ','))
    on conflict (siret) do update set name = excluded.name,
        kinds = array(select distinct unnest(organisation.kinds || excluded.kinds) order by 1),
        structures = array(select distinct unnest(organisation.structures || excluded.structures) order by 1)
    returning id, organisation_json(organisation)::text as json
), again as (
    insert into journal (subject, key, version, what)
    select 'offer', f.organisation, f.version, 'written' from offer f join made m on m.id = f.organisation
)
select json, id, pg_notify('entregent', '') from made
