-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id, $3 version, $4 deadline, $5 body, $6 changes, $7 whether a moderator is to look
select status, answer, version
from need_amend($1::uuid, $2::uuid, $3::int, $4::timestamptz, $5::jsonb, $6::jsonb, $7::boolean)
