-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation
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
    'notices', coalesce((select jsonb_agg(notice_json(x) order by x.id) from notice x where x.organisation = o.id), '[]'),
    'reports', coalesce((select jsonb_agg(to_jsonb(r) order by r.at) from report r where r.reporter = o.id), '[]'),
    'audit', coalesce((select jsonb_agg(a.entry::jsonb order by a.seq) from audit a where a.organisation = o.id), '[]'))::text
from organisation o where o.id = $1::uuid
