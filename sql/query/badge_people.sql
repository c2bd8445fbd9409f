-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge, $2 words or NULL, $3 cursor (id) or NULL, $4 limit: whom it could ask to meet
with page as (
    select o.id, participant_brief(o) || jsonb_strip_nulls(jsonb_build_object('request', (select r.state from request r where r.convention = p.convention and least(r.first, r.second) = least(p.id, o.id)
            and greatest(r.first, r.second) = greatest(p.id, o.id) and r.state <> 'withdrawn'), 'description', (select left(f.body ->> 'description', 500) from offer f where f.organisation = o.organisation))) as item
    from participant p join convention c on c.id = p.convention join participant o on o.convention = p.convention and o.id <> p.id and (o.state in ('listed', 'coming') or (o.state = 'invited' and not o.found))
    where p.key = $1::uuid and (not (c.body ->> 'across')::boolean or o.side is distinct from p.side)
        and ($2::text is null or concat_ws(' ', o.name, o.company) ilike '%' || replace(replace(replace($2, '\', '\\'), '%', '\%'), '_', '\_') || '%') and ($3::uuid is null or o.id > $3::uuid)
    order by id limit $4::int + 1
), kept as (
    select * from page order by id limit $4::int
), next as (
    select case when (select count(*) from page) > $4::int then (select id from kept order by id desc limit 1) end as next
)
select json_build_object('items', coalesce((select json_agg(item order by id) from kept), '[]'), 'next', next)::text, next
from next where exists (select from participant p where p.key = $1::uuid and p.email is not null)
