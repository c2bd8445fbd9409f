-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 id, $2 person, $3 hash of the present one: whether it was that one
delete from session where id = $1::uuid and person = $2::uuid returning hash = $3
