-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 state, $4 states it may come from, comma-separated
select status, answer, version from convention_move($1::uuid, $2::uuid, $3, string_to_array($4, ','))
