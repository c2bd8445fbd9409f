-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 how many of each, the oldest first
select json_build_object(
    'needs', coalesce((select json_agg(need_json(n) order by n.id) from (select * from need where state = 'pending' order by id limit $1::int) n), '[]'),
    'claims', coalesce((select json_agg(json_build_object('organisation', organisation_json(o), 'claim', c.claim) order by o.id, c.claim)
        from (select * from organisation where declared <> '{}' order by id limit $1::int) o, unnest(o.declared) as c (claim)), '[]'),
    'members', coalesce((select json_agg(json_build_object('id', m.id, 'person', json_build_object('id', p.id, 'name', p.name, 'email', p.email),
            'organisation', organisation_json(o), 'since', m.since) order by m.since, m.id)
        from (select * from member where role = 'asked' order by since limit $1::int) m join person p on p.id = m.person
            join organisation o on o.id = m.organisation), '[]'),
    'reports', coalesce((select json_agg(json_build_object('id', r.id, 'need', case when n.id is not null then need_json(n) end, 'organisation', organisation_json(o),
            'reporter', case when b.id is not null then organisation_json(b) end, 'reason', r.reason, 'remark', r.remark, 'at', r.at) order by r.at, r.id)
        from (select * from report where closed is null order by at limit $1::int) r left join need n on n.id = r.need
            left join organisation o on o.id = coalesce(r.organisation, n.organisation) left join organisation b on b.id = r.reporter), '[]')
)::text
