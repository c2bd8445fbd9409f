-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention: a new secret address of its hall board, the former is worth nothing then
with c as (
    update convention x set hall = gen_random_uuid(), happened = x.happened + 1 where x.id = $2::uuid and x.organisation = $1::uuid returning x.id, x.hall, x.happened
), h as (
    insert into happening (convention, seq, kind) select c.id, c.happened, 'convention' from c
)
select c.hall from c
