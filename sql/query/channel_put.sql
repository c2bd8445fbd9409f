-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 person, $3 id, $4 whether it is new, $5 settings, $6 boxed secret, $7 public key
select * from channel_put($1::uuid, nullif($2, '')::uuid, $3::uuid, $4::boolean, $5::jsonb, $6, $7)
