-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 person, $2 organisation or ''
select session_json($1::uuid, nullif($2, '')::uuid)::text
