-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 participant: erased; what it met stays without its name
with c as materialized (
    select c.id from convention c join participant x on x.convention = c.id where x.id = $2::uuid and c.organisation = $1::uuid for update of c
), erased as materialized (
    select participant_erase(p), c.id from participant p, c where p.id = $2::uuid
)
select happen(e.id, 'participant', jsonb_build_object('id', $2::uuid, 'state', 'withdrawn')) from erased e
