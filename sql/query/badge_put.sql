-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge, $2 version or NULL (whatever it is), $3 {"absent","most"}, $4 coming, declined or NULL
select r.status, r.answer, r.version from participant p, participant_put(null, p.id, coalesce($2::int, p.version), '{}', $3::jsonb, $4) r where p.key = $1::uuid
