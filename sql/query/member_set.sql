-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 person, $3 role or NULL: leaves
select status, answer from member_set($1::uuid, $2::uuid, $3)
