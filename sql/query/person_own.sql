-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 person
select email, password, name, language from person where id = $1::uuid
