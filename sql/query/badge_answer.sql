-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge, $2 request, $3 accepted, declined or withdrawn; what the organiser has fixed is not shown
select status, case when status = 200 then (answer::jsonb - 'forbidden' - 'after' - 'session' - 'slot' - 'table')::text else answer end, version
from request_answer(null, $2::uuid, (select p.id from participant p where p.key = $1::uuid), $3)
