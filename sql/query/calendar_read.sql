-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel: deadlines of the needs it tells of, those of half a year past too; and a mark that changes with them
with t as (
    select c.id, m.need, m.state = 'told' as told, m.answer is not distinct from 'interested' as interested from channel c join match m on m.organisation = c.organisation
        where c.id = $1::uuid and c.alert is null and m.told is not null and m.answer is distinct from 'declined'
    union all
    select c.id, h.need, h.state = 'told', false from channel c join hit h on h.alert = c.alert where c.id = $1::uuid
), events as (
    select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'title', n.body -> 'title', 'deadline', n.body -> 'deadline', 'version', n.version, 'state', n.state,
        'told', t.told, 'interested', t.interested, 'updated', n.updated, 'buyer', jsonb_build_object('name', b.name)) order by n.id), '[]')::text as list
    from t join need n on n.id = t.need join organisation b on b.id = n.organisation where n.deadline > now() - interval '180 days'
)
select c.kind, c.active, coalesce(a.body ->> 'name', o.name), coalesce(a.language, 'fr'), e.list, md5(e.list)
from channel c left join alert a on a.id = c.alert left join organisation o on o.id = c.organisation, events e where c.id = $1::uuid and c.kind = 'calendar'
