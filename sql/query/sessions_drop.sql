-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 person: signed out everywhere
delete from session where person = $1::uuid
