-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge, $2 id, $3 whom it wishes to meet, $4 priority, $5 message; what the organiser has fixed is not shown
select r.id, r.added, r.refused, (r.answer::jsonb - 'forbidden' - 'after' - 'session' - 'slot' - 'table')::text, (r.answer::jsonb ->> 'version')::int
from participant p, request_add(null, p.convention, p.id,
    jsonb_build_array(jsonb_build_object('line', 1, 'id', $2::uuid, 'first', p.id, 'second', $3::uuid, 'priority', $4::int, 'message', $5::text)), 'wish') r where p.key = $1::uuid
