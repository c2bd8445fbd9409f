-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 hash, $2 organisation (id or SIRET), $3 label, $4 days it lasts or NULL, $5 scopes (comma-separated)
with t as (
    insert into token (hash, organisation, label, expires, scopes)
        select $1, o.id, coalesce($3, ''), now() + make_interval(days => $4::int), string_to_array($5, ',')
        from organisation o where o.id::text = $2 or o.siret = $2
        returning id, organisation, scopes
)
select organisation, audit_add(organisation, 'token_made', id::text, jsonb_build_object('scopes', scopes, 'personal', false, 'source', 'operator'))
from t
