-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 need, $2 interested, declined, seen, held or NULL: all that were told or wait for their wave, best first; what is for the buyer alone as need_matches has it
select o.name, o.siret, array_to_string(o.structures, ','), array_to_string(o.declared, ','), m.score, m.partial,
    (select string_agg(x ->> 'lot', ', ') from jsonb_array_elements(m.lots) x),
    to_char(m.told at time zone 'Europe/Paris', 'YYYY-MM-DD HH24:MI'), to_char(m.seen at time zone 'Europe/Paris', 'YYYY-MM-DD HH24:MI'),
    m.answer, to_char(m.answered at time zone 'Europe/Paris', 'YYYY-MM-DD HH24:MI'), m.reason, case when n.organisation = app_org() then m.message end,
    c.name, c.email, c.phone
from match m join organisation o on o.id = m.organisation join need n on n.id = m.need
    cross join lateral (select case when m.answer = 'interested' and n.organisation = app_org() then contact_json(m.organisation) end as of) k
    cross join lateral (select k.of ->> 'name' as name, k.of ->> 'email' as email, k.of ->> 'phone' as phone) c
where m.need = $1::uuid and case when $2::text is null then m.state in ('told', 'held') else m.state = case when $2 = 'held' then 'held' else 'told' end
    and ($2 = 'held' or m.answer = $2 or ($2 = 'seen' and m.seen is not null)) end
order by m.score desc, m.offered, m.organisation
