-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 conventions, comma-separated: of each the slot that begins next, in how many milliseconds, and what boards are told then
select x.id, ceil(extract(epoch from lower(s.during) - now()) * 1000)::bigint, jsonb_build_object('at', lower(s.during), 'kind', 'slot', 'slot', s.number)::text
from unnest(string_to_array($1, ',')::uuid[]) x (id), lateral (select * from convention_slot y where y.convention = x.id and lower(y.during) > now() order by y.number limit 1) s
