-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 mail, $3 person, $4 hours, $5 new e-mail: it counts once its link is used
with gone as (
    delete from ticket where kind = 'email' and person = $3::uuid
), t as (
    insert into ticket (id, kind, email, person, expires)
        values ($1::uuid, 'email', $5, $3::uuid, now() + make_interval(hours => $4::int)) returning id
)
select outbox_mail($2::uuid, 'email', $5, p.language, p.id, t.id, jsonb_build_object('name', p.name))
from person p, t where p.id = $3::uuid
