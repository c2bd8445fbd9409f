-- SPDX-License-Identifier: EUPL-1.2
-- $1 id: its offer, if it has one, is matched anew (its structures changed)
with told as (
    insert into journal (subject, key, version, what)
    select 'offer', f.organisation, f.version, 'written' from offer f where f.organisation = $1::uuid
)
select pg_notify('entregent', '')
