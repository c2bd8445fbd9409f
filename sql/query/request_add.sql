-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 rows [{"line","id","first","second","priority","need","message"}]
select id, added, refused, answer, (answer::jsonb ->> 'version')::int from request_add($1::uuid, $2::uuid, null, $3::jsonb, 'organiser')
