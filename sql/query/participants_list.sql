-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- No row when the convention is not who calls'.
-- By name, as a list on paper.
-- $1 convention, $2 state or NULL, $3 words or NULL (whatever their case and accents), $4 cursor (id) or NULL, $5 limit
with found as materialized (
    select p.id, lower(unaccent(p.name)) as name from participant p where p.convention = $1::uuid and p.organiser = app_org() and ($2::text is null or p.state = $2)
        and ($3::text is null or strpos(lower(unaccent(concat_ws(' ', p.name, p.company, case when not p.found then p.email end))), lower(unaccent($3))) > 0)
), page as materialized (
    select f.* from found f where $4::uuid is null or (f.name, f.id) > (select lower(unaccent(q.name)), q.id from participant q where q.id = $4::uuid and q.organiser = app_org())
    order by f.name, f.id limit $5::int + 1
), kept as (
    select g.name, p.id, participant_json(p) as item from (select x.* from page x order by x.name, x.id limit $5::int) g join participant p on p.id = g.id
)
select json_build_object('items', coalesce((select json_agg(k.item order by k.name, k.id) from kept k), '[]'), 'total', (select count(*) from found), 'next', n.next)::text, n.next
from (select case when (select count(*) from page) > $5::int then (select k.id from kept k order by k.name desc, k.id desc limit 1) end as next) n
where exists (select from convention c where c.id = $1::uuid and c.organisation = app_org())
