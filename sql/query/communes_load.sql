-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 code after which to go on, $2 limit
select code, name, postal, lat, lon from commune where code > $1 order by code limit $2::int
