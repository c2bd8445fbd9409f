-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 person, $2 name, $3 language
update person set name = $2, language = $3 where id = $1::uuid returning id
