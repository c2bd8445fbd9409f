-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ticket, $2 alert, $3 its mail, $4 its feed
select * from alert_confirm($1::uuid, $2::uuid, $3::uuid, $4::uuid)
