-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id, $2 e-mail, $3 name, $4 language, $5 moderator, $6 organisation (id or SIRET) or NULL, $7 role: entered by the
-- operator. Who is known stays as it is, and gains what is new; no row when there is no such organisation.
with o as (
    select id from organisation where (id::text = $6 or siret = $6) and erased is null
), p as (
    insert into person (id, email, name, language, moderator)
        select $1::uuid, $2, $3, $4, $5::boolean where $6::text is null or exists (select from o)
    on conflict (email) do update set moderator = person.moderator or excluded.moderator
    returning id, email, name, moderator
), m as (
    insert into member (person, organisation, role) select p.id, o.id, $7 from p, o
    on conflict (person, organisation) do update set role = excluded.role returning person, organisation, role
)
select jsonb_build_object('id', p.id, 'email', p.email, 'name', p.name, 'moderator', p.moderator, 'organisation', m.organisation, 'role', m.role)::text,
    p.id, audit_add((select id from o), 'person_entered', p.id::text, jsonb_build_object('role', m.role, 'moderator', p.moderator))
from p left join m on m.person = p.id
