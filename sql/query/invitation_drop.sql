-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 ticket
with t as (
    delete from ticket where kind = 'invite' and organisation = $1::uuid and id = $2::uuid and used is null returning id, organisation
)
select id, audit_add(organisation, 'invitation_withdrawn', id::text) from t
