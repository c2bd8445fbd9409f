-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 keys of hall boards, comma-separated: which of them lead nowhere any more
select string_agg(x, ',') from unnest(string_to_array($1, ',')) x where not exists (select from convention c where c.hall = x::uuid and c.state <> 'cancelled')
