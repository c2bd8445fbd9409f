-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 person or '', $3 token, $4 whether it may be the organisation's
with t as (
    delete from token where id = $3::uuid and organisation = $1::uuid and (person is null and $4::boolean or person = nullif($2, '')::uuid)
    returning id, organisation
)
select id, audit_add(organisation, 'token_revoked', id::text) from t
