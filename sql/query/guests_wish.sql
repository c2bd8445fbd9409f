-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 wishes [{"line","id","first","email"}]
select r.line, r.added, r.refused from request_add($1::uuid, $2::uuid, null, coalesce((select jsonb_agg(jsonb_build_object('line', x.line, 'id', x.id, 'first', x.first, 'second', p.id, 'priority', 3))
    from jsonb_to_recordset($3::jsonb) as x (line int, id uuid, first uuid, email text) left join participant p on p.convention = $2::uuid and p.email = x.email), '[]'), 'organiser') r
