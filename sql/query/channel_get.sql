-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id: also whether it is personal, and what kind
select channel_json(c)::text, c.kind, c.person is not null, c.active, c.alert from channel c where c.organisation = $1::uuid and c.id = $2::uuid
