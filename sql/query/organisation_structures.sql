-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation: the kinds of structure that it is, or says it is
select array_to_string(o.structures || o.declared, ',') from organisation o where o.id = $1::uuid
