-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 person who asks: what is kept of it, in whichever organisation it acts
select jsonb_build_object('person', to_jsonb(p) - 'password' - 'warned' || jsonb_build_object('password', p.password is not null),
    'memberships', coalesce((select jsonb_agg(jsonb_build_object('organisation', organisation_json(o), 'role', m.role, 'since', m.since) order by m.since)
        from member m join organisation o on o.id = m.organisation where m.person = p.id), '[]'),
    'sessions', coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'created', s.created, 'device', s.device, 'seen', s.seen, 'expires', s.expires) order by s.created)
        from session s where s.person = p.id), '[]'),
    'tokens', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'organisation', t.organisation, 'label', t.label, 'scopes', t.scopes,
            'created', t.created, 'expires', t.expires, 'seen', t.seen) order by t.created) from token t where t.person = p.id), '[]'),
    'links', coalesce((select jsonb_agg(jsonb_build_object('kind', k.kind, 'email', k.email, 'organisation', k.organisation, 'role', k.role,
            'created', k.created, 'expires', k.expires, 'used', k.used) || case when k.kind = 'alert' then jsonb_build_object('alert', k.args -> 'alert')
            else '{}' end order by k.created) from ticket k where k.person = p.id or k.email = p.email), '[]'),
    'mails', coalesce((select jsonb_agg(jsonb_build_object('kind', b.kind, 'email', b.email, 'state', b.state, 'created', b.created) order by b.created)
        from outbox b where b.channel_id is null and (b.person = p.id or b.email = p.email)), '[]'),
    'channels', coalesce((select jsonb_agg(channel_json(c) || jsonb_build_object('organisation', c.organisation) order by c.created, c.id)
        from channel c left join alert a on a.id = c.alert where c.person = p.id or a.email = p.email), '[]'),
    'deliveries', coalesce((select jsonb_agg(delivery_json(b) order by b.created, b.id) from outbox b join channel c on c.id = b.channel_id
        left join alert a on a.id = c.alert where c.person = p.id or a.email = p.email), '[]'),
    'held', coalesce((select jsonb_agg(jsonb_build_object('channel', h.channel, 'notice', h.notice::text) order by h.notice) from held h
        join channel c on c.id = h.channel left join alert a on a.id = c.alert where c.person = p.id or a.email = p.email), '[]'),
    'alerts', coalesce((select jsonb_agg(alert_json(a) || jsonb_build_object('language', a.language, 'found', coalesce((select jsonb_agg(jsonb_build_object(
            'need', h.need, 'state', h.state, 'lots', h.lots, 'at', h.at) order by h.need) from hit h where h.alert = a.id), '[]')) order by a.created, a.id)
        from alert a where a.email = p.email), '[]'),
    'contacts', coalesce((select jsonb_agg(to_jsonb(c)) from contact c where lower(c.email) = p.email), '[]'),
    'participations', coalesce((select jsonb_agg(participant_said(x) || jsonb_build_object('said', participant_json(x) || jsonb_build_object('email', x.email), 'told', coalesce((select jsonb_agg(notice_json(n) order by n.id) from notice n
            where n.participant = x.id), '[]'), 'requests', coalesce((select jsonb_agg(request_json(r) order by r.id) from request r where x.id in (r.first, r.second)), '[]'),
            'outcomes', coalesce((select jsonb_agg(to_jsonb(o)) from outcome o where o.participant = x.id), '[]')) order by x.created) from participant x where x.person = p.id or x.email = p.email), '[]'),
    'audit', coalesce((select jsonb_agg(a.entry::jsonb - 'rights' order by a.seq) from audit a where position(p.id::text in a.entry) > 0), '[]'))::text
from person p where p.id = $1::uuid
