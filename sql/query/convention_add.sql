-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 key, $3 hash, $4 hours, $5 id, $6 body
select status, answer, version, replayed, case when replayed then answer::jsonb ->> 'id' else $5::uuid::text end
from convention_add($1::uuid, $2, $3, $4::int, $5::uuid, $6::jsonb)
