-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- The daemons are told at commit.
with told as (
    insert into journal (subject, what) values ('reference', 'loaded')
)
select pg_notify('entregent', '')
