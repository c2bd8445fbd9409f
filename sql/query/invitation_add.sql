-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 mail, $3 organisation, $4 hours, $5 e-mail, $6 role, $7 language; no row when the address is a member's
with o as (
    select o.id, o.name from organisation o where o.id = $3::uuid and o.erased is null and not exists (select from member m
        join person p on p.id = m.person where m.organisation = o.id and m.role <> 'asked' and p.email = $5)
), gone as (
    delete from ticket k using o where k.kind = 'invite' and k.organisation = o.id and k.email = $5
), t as (
    insert into ticket (id, kind, email, organisation, role, expires)
        select $1::uuid, 'invite', $5, o.id, $6, now() + make_interval(hours => $4::int) from o returning *
)
select jsonb_build_object('id', t.id, 'email', t.email, 'role', t.role, 'created', t.created, 'expires', t.expires)::text,
    outbox_mail($2::uuid, 'invite', t.email, $7, null, t.id, jsonb_build_object('organisation', o.name, 'role', t.role)),
    audit_add(t.organisation, 'invited', t.id::text, jsonb_build_object('role', t.role))
from t join o on o.id = t.organisation
