-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 id
delete from channel c where c.organisation = $1::uuid and c.id = $2::uuid returning c.id
