-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation. What a member is told by stands in the member's own export.
select jsonb_build_object('organisation', organisation_own(o),
    'members', coalesce((select jsonb_agg(jsonb_build_object('person', p.id, 'name', p.name, 'email', p.email, 'role', m.role, 'since', m.since) order by m.since)
        from member m join person p on p.id = m.person where m.organisation = o.id), '[]'),
    'tokens', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'label', t.label, 'scopes', t.scopes, 'created', t.created,
            'expires', t.expires, 'seen', t.seen) order by t.created) from token t where t.organisation = o.id and t.person is null), '[]'),
    'invitations', coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'email', k.email, 'role', k.role, 'created', k.created,
            'expires', k.expires, 'used', k.used) order by k.created) from ticket k where k.organisation = o.id and k.kind = 'invite'), '[]'),
    'offer', (select offer_json(f) from offer f where f.organisation = o.id),
    'needs', coalesce((select jsonb_agg(need_json(n) order by n.id) from need n where n.organisation = o.id), '[]'),
    'matches', coalesce((select jsonb_agg(to_jsonb(m) order by m.need) from match m where m.organisation = o.id), '[]'),
    'answers', coalesce((select jsonb_agg(match_own(m) || jsonb_build_object('need', m.need, 'offer', organisation_json(s) - 'kinds',
            'contact', case when m.answer = 'interested' then contact_json(m.organisation) end) order by m.need, m.answered, m.organisation)
        from match m join need n on n.id = m.need join organisation s on s.id = m.organisation
        where n.organisation = o.id and m.answer is not null), '[]'),
    'alerts', coalesce((select jsonb_agg(alert_json(a) || jsonb_build_object('found', coalesce((select jsonb_agg(jsonb_build_object('need', h.need,
            'state', h.state, 'lots', h.lots, 'at', h.at) order by h.need) from hit h where h.alert = a.id), '[]')) order by a.created, a.id)
        from alert a where a.organisation = o.id), '[]'),
    'channels', coalesce((select jsonb_agg(channel_json(c) order by c.created, c.id) from channel c where c.organisation = o.id and c.person is null), '[]'),
    'deliveries', coalesce((select jsonb_agg(delivery_json(b) order by b.created, b.id) from outbox b join channel c on c.id = b.channel_id
        where c.organisation = o.id and c.person is null), '[]'),
    'notices', coalesce((select jsonb_agg(notice_json(x) order by x.id) from notice x where x.organisation = o.id), '[]'),
    'conventions', coalesce((select jsonb_agg(convention_json(c) - 'hall' || jsonb_build_object('people', coalesce((select jsonb_agg(participant_json(p) order by p.id) from participant p where p.convention = c.id), '[]'),
            'wanted', coalesce((select jsonb_agg(request_json(r) order by r.id) from request r where r.convention = c.id), '[]')) order by c.id) from convention c where c.organisation = o.id), '[]'),
    'participations', coalesce((select jsonb_agg(participant_said(p) || jsonb_build_object('said', participant_json(p)) order by p.id) from participant p where p.organisation = o.id), '[]'),
    'reports', coalesce((select jsonb_agg(to_jsonb(r) order by r.at) from report r where r.reporter = o.id), '[]'),
    'audit', coalesce((select jsonb_agg(a.entry::jsonb order by a.seq) from audit a where a.organisation = o.id), '[]'))::text
from organisation o where o.id = $1::uuid
