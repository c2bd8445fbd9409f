-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 fingerprint of the key of mailed links: kept; the former one is answered, NULL when there was none
with former as (
    select value from agreed where name = 'key'
), put as (
    insert into agreed (name, value) values ('key', $1) on conflict (name) do update set value = excluded.value
)
select (select value from former)
