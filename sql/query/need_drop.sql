-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id: a draft that nobody else has ever seen; its state, whether it is gone
with held as materialized (
    select n.id, n.state from need n where n.id = $2::uuid and n.organisation = $1::uuid for update
), gone as (
    delete from need n using held h where n.id = h.id and n.state = 'draft' and not n.shown returning n.id
)
select h.state, exists (select from gone) from held h
