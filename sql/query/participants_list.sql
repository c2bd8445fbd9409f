-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- No row when the convention is not who calls'.
-- $1 convention, $2 state or NULL, $3 words or NULL, $4 cursor (id) or NULL, $5 limit
with found as materialized (
    select p.id from participant p where p.convention = $1::uuid and p.organiser = app_org() and ($2::text is null or p.state = $2)
        and ($3::text is null or concat_ws(' ', p.name, p.company, case when not p.found then p.email end) ilike '%' || replace(replace(replace($3, '\', '\\'), '%', '\%'), '_', '\_') || '%')
), page as materialized (
    select f.id from found f where $4::uuid is null or f.id > $4::uuid order by f.id limit $5::int + 1
), kept as (
    select p.id, participant_json(p) as item from participant p where p.id in (select g.id from page g order by g.id limit $5::int)
)
select json_build_object('items', coalesce((select json_agg(k.item order by k.id) from kept k), '[]'), 'total', (select count(*) from found), 'next', n.next)::text, n.next
from (select case when (select count(*) from page) > $5::int then (select max(k.id::text) from kept k) end as next) n
where exists (select from convention c where c.id = $1::uuid and c.organisation = app_org())
