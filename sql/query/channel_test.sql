-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 person, $3 channel, $4 id: a webhook is told that this is a test
insert into outbox (id, channel, kind, person, channel_id, args) select $4::uuid, 'webhook', 'test', c.person, c.id, '{"test": true}' from channel c
where c.id = $3::uuid and c.organisation = $1::uuid and (c.person is null or c.person = nullif($2, '')::uuid) and c.kind = 'webhook' and c.active
returning delivery_json(outbox)::text
