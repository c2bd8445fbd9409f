-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 need, $2 organisations that it would match when amended, $3 its deadline then, $4 whether it has waves then, $5 days before a deadline for waves:
-- who would be told what, as matcher_step does it
with f as materialized (
    select distinct x as organisation from unnest($2::uuid[]) x
), told as materialized (
    select coalesce(f.organisation, m.organisation) as organisation, coalesce(m.score, 0) as score, case
        when f.organisation is not null and m.state = 'told' then 'stay'
        when f.organisation is not null and m.answer is distinct from 'declined' and (m.state is distinct from 'held'
            or not ($4::boolean and ($3::timestamptz is null or $3::timestamptz > now() + make_interval(days => $5::int)))) then 'come'
        when f.organisation is null and m.state = 'told' and m.answer is distinct from 'declined' then 'leave' end as what
    from f full join (select * from match x where x.need = $1::uuid and x.state <> 'withdrawn' or x.need = $1::uuid and x.answer = 'declined') m
        on m.organisation = f.organisation
), named as (
    select t.what, coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by t.score desc, o.name), '[]') as names
    from (select *, row_number() over (partition by what order by score desc, organisation) as place from told where what is not null) t
        join organisation o on o.id = t.organisation where t.place <= 20 group by t.what
)
select jsonb_build_object(
    'stay', (select count(*) from told where what = 'stay'), 'come', (select count(*) from told where what = 'come'),
    'leave', (select count(*) from told where what = 'leave'),
    'staying', coalesce((select names from named where what = 'stay'), '[]'), 'coming', coalesce((select names from named where what = 'come'), '[]'),
    'leaving', coalesce((select names from named where what = 'leave'), '[]'))::text
