-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 person, $2 why
select status, answer, mails from person_erase($1::uuid, $2)
