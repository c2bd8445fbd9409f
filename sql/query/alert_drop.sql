-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id
select alert_drop($1::uuid, $2::uuid)
