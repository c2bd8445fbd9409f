-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 "convention:seq,...", $2 how many of each: what streams have not told yet; the last number and the first kept of each; and what boards are told
with asked as (
    select split_part(x, ':', 1)::uuid as id, split_part(x, ':', 2)::bigint as seq from unnest(string_to_array($1, ',')) x
)
select a.id, h.seq, h.kind, (jsonb_build_object('at', h.at) || h.body)::text, c.happened, (select min(f.seq) from happening f where f.convention = a.id),
    jsonb_build_object('at', h.at, 'kind', h.kind)::text
from asked a join convention c on c.id = a.id left join lateral (select * from happening y where y.convention = a.id and y.seq > a.seq order by y.seq limit $2::int) h on true
order by a.id, h.seq
