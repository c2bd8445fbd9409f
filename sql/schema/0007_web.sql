-- SPDX-License-Identifier: EUPL-1.2
-- What the web client needs, continued.

-- Sessions are told apart by whom they belong to.
alter table session add column device text; -- "Firefox · Android"; NULL: not noted yet

-- An organiser is told the hours of slots, not their numbers: to each reason of a refusal that names a slot its start, the zone in
-- which hours are told there, and whether there are several days. Any other answer is as it was.
create function hours_told(p_status int, p_answer text, p_convention uuid) returns text language sql stable as $$
    select case when p_status <> 409 or left(p_answer, 1) is distinct from '[' then p_answer else (
        select jsonb_agg(v.value || coalesce((select jsonb_build_object('start', lower(s.during), 'zone', right(c.body #>> '{sessions,0,start}', 6),
                'days', (select max(x.day) > 1 from convention_slot x where x.convention = c.id))
            from convention c join convention_slot s on s.convention = c.id where c.id = p_convention and s.number = (v.value ->> 'slot')::int), '{}') order by v.ordinality)::text
        from jsonb_array_elements(p_answer::jsonb) with ordinality v) end
$$;
