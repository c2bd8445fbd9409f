-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 e-mail
select id, password from person where email = $1
