-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 participant
select status, answer, version from participant_invite($1::uuid, $2::uuid)
