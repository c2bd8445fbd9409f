-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 key, $3 hash, $4 hours, $5 id, $6 state, $7 deadline, $8 body
select status, answer, version, replayed, case when status = 201 then case when replayed then answer::jsonb ->> 'id' else $5::uuid::text end end
from need_add($1::uuid, $2, $3, $4::int, $5::uuid, $6, $7::timestamptz, $8::jsonb)
