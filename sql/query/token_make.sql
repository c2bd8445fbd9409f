-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 hash, $2 organisation, $3 person or NULL, $4 label, $5 scopes, $6 days, $7 hash of the token that makes it or NULL: none
-- outlives its maker; no row when that one is gone
with maker as (
    select expires from token where hash = $7 and (expires is null or expires > now())
), t as (
    insert into token (hash, organisation, person, maker, label, scopes, expires)
        select $1, o.id, $3::uuid, $7, $4, string_to_array($5, ','),
            least(now() + make_interval(days => $6::int), (select expires from maker))
        from organisation o where o.id = $2::uuid and o.erased is null and ($7::text is null or exists (select from maker))
        returning *
)
select jsonb_build_object('id', id, 'label', label, 'scopes', scopes, 'personal', person is not null, 'created', created,
        'expires', expires)::text, id,
    audit_add(organisation, 'token_made', id::text, jsonb_build_object('scopes', scopes, 'personal', person is not null))
from t
