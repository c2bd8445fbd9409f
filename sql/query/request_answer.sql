-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 request, $3 accepted, declined or withdrawn
select status, answer, version from request_answer($1::uuid, $2::uuid, null, $3)
