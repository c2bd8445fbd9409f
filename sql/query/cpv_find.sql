-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 words or digits, $2 limit. Words: labels with all of them first, the shortest leading, then
-- those with some of them; each may be the beginning of a word.
with asked as (
    select regexp_replace(unaccent($1), '[^[:alnum:]]+', ' ', 'g') as q, regexp_replace($1, '-[0-9]$', '') as digits
), query as (
    select digits, digits ~ '^[0-9]{1,8}$' as by_digits,
        (select string_agg(w || ':*', ' & ') from regexp_split_to_table(trim(q), ' ') w where to_tsvector('entregent_fr', w) <> '') as every,
        (select string_agg(w || ':*', ' | ') from regexp_split_to_table(trim(q), ' ') w where to_tsvector('entregent_fr', w) <> '') as any_of
    from asked
), terms as (
    select digits, by_digits,
        to_tsquery('entregent_fr', coalesce(every, '')) || to_tsquery('english', coalesce(every, '')) as every,
        to_tsquery('entregent_fr', coalesce(any_of, '')) || to_tsquery('english', coalesce(any_of, '')) as any_of
    from query
), hits as (
    select c.code, c.fr, c.en, c.words @@ t.every as exact, ts_rank(c.words, t.any_of) as rank
    from cpv c, terms t
    where case when t.by_digits then lpad(c.code::text, 8, '0') like t.digits || '%' or rtrim(lpad(c.code::text, 8, '0'), '0') = rtrim(t.digits, '0')
        else c.words @@ t.any_of end
    order by exact desc, case when t.by_digits or c.words @@ t.every then 0 else -ts_rank(c.words, t.any_of) end, case when t.by_digits then 0 else length(c.fr) end, c.code
    limit $2::int
)
select json_build_object('items', coalesce(json_agg(json_build_object('code', lpad(code::text, 8, '0'), 'fr', fr, 'en', en)), '[]'), 'next', null)::text
from hits
