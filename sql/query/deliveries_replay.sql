-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 person, $3 channel, $4 delivery or NULL for all that failed
select outbox_replay(c.id, $4::uuid) from channel c where c.id = $3::uuid and c.organisation = $1::uuid and (c.person is null or c.person = nullif($2, '')::uuid)
