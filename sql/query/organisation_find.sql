-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 words, folded, or digits, NULL: any, $2 whether it must be suspended, $3 cursor (id) or NULL, $4 limit
with asked as (
    select replace(replace(replace($1, '\', '\\'), '%', '\%'), '_', '\_') as words, case when $1 ~ '^[0-9 ]+$' then replace($1, ' ', '') end as digits
), page as materialized (
    select o.id from organisation o, asked q where o.erased is null and (not $2::boolean or o.suspended is not null) and ($3::uuid is null or o.id > $3::uuid)
        and ($1::text is null or o.siret like q.digits || '%'
            or translate(lower(o.name), 'àâäáãåçéèêëíîïìñóôöòõúûüùÿ', 'aaaaaaceeeeiiiinooooouuuuy') like '%' || q.words || '%')
    order by o.id limit $4::int + 1
), kept as (
    select p.id from page p order by p.id limit $4::int
), next as (
    select case when (select count(*) from page) > $4::int then (select max(id::text) from kept) end as next
)
select json_build_object('items', coalesce((select json_agg(organisation_json(o) || jsonb_build_object('suspended', o.suspended) order by o.id)
        from organisation o where o.id in (select k.id from kept k)), '[]'), 'next', n.next)::text, n.next
from next n
