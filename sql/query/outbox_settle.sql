-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id, $2 attempts: whose claim it was, $3 done, due or failed, $4 when it is due again (ms) or NULL, $5 what the other side said, $6 its answer, $7 until when the endpoint rests (ms) or NULL, $8 whether it is gone
select outbox_settle($1::uuid, $2::int, $3, to_timestamp($4::bigint / 1000.0), $5, $6, to_timestamp($7::bigint / 1000.0), $8::boolean)
