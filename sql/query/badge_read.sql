-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge: its participant, its convention, its meetings, its requests
select (participant_said(p) || jsonb_build_object('participant', participant_json(p) || jsonb_build_object('email', p.email), 'programme', convention_brief(c),
    'timetable', (select jsonb_build_object('number', t.number, 'state', t.state, 'published', t.published) from timetable t where t.id = c.current),
    'meetings', coalesce((select jsonb_agg(meeting_json(m) || jsonb_build_object('meeting', r.id, 'sequence', r.sequence, 'with', participant_brief(o), 'need', (select need_brief(n) from need n where n.id = r.need),
            'outcome', (select jsonb_build_object('met', x.met, 'useful', x.useful, 'follow_up', x.follow_up) from outcome x where x.request = r.id and x.participant = p.id)) order by m.slot)
        from request r join meeting m on m.request = r.id join participant o on o.id in (r.first, r.second) and o.id <> p.id where p.id in (r.first, r.second)), '[]'),
    'requests', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', r.id, 'state', r.state, 'by', case when r.first = p.id then 'me' else 'other' end, 'priority', r.priority, 'message', r.message,
            'with', participant_brief(o), 'need', (select jsonb_build_object('id', n.id, 'title', n.body -> 'title') from need n where n.id = r.need), 'placed', exists (select from meeting m where m.request = r.id))) order by r.created, r.id)
        from request r join participant o on o.id in (r.first, r.second) and o.id <> p.id where p.id in (r.first, r.second) and r.state <> 'withdrawn'), '[]')))::text, p.version, p.id, p.language, c.state, p.state
from participant p join convention c on c.id = p.convention where p.key = $1::uuid and p.email is not null
