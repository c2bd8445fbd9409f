-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 person, $3 rights, comma-separated: who asks, until the end of the transaction
select set_config('app.org', $1, true), set_config('app.person', $2, true), set_config('app.rights', $3, true)
