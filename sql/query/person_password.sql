-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 person, $2 password (hash), $3 hash of the session that stays; links mailed before are worth nothing any more
with p as (
    update person set password = $2 where id = $1::uuid returning *
), s as (
    delete from session where person = $1::uuid and hash <> $3
), k as (
    delete from ticket where person = $1::uuid
)
select audit_add(null, 'password_changed', p.id::text),
    outbox_mail(gen_random_uuid(), 'password_changed', p.email, p.language, p.id, null, jsonb_build_object('name', p.name))
from p
