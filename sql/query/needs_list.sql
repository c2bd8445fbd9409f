-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 'mine' or NULL (open ones of everybody), $3 cursor (id) or NULL, $4 limit, $5 state of mine or NULL, $6 words or NULL: all of them stand in the title, the reference or the name
-- of the buyer, whatever their case and accents
with page as (
    select n.id, case when n.organisation = $1::uuid then need_json(n) else need_json(n) - 'blocked' - 'wave' - 'wave_hours' - 'wave_until' end as item from need n
    where case when $2::text is not null then n.organisation = $1::uuid and ($5::text is null or n.state = $5)
        else n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now())
            and not exists (select from organisation o where o.id = n.organisation and o.suspended is not null) end
        and ($3::uuid is null or n.id < $3::uuid)
        and ($6::text is null or not exists (select from regexp_split_to_table(lower(unaccent($6)), '\s+') w, organisation o where o.id = n.organisation
            and strpos(lower(unaccent(concat_ws(' ', n.body ->> 'title', n.body ->> 'reference', o.name))), w) = 0))
    order by n.id desc limit $4::int + 1
), kept as (
    select * from page order by id desc limit $4::int
), next as (
    select case when (select count(*) from page) > $4::int then (select id from kept order by id limit 1) end as next
)
select (jsonb_build_object('items', coalesce((select jsonb_agg(item order by id desc) from kept), '[]'), 'next', next)
    || case when $2::text is null then '{}' else jsonb_build_object('counts', coalesce(
        (select jsonb_object_agg(s.state, s.count) from (select n.state, count(*) from need n where n.organisation = $1::uuid group by n.state) s), '{}')) end)::text, next
from next
