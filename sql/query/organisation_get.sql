-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation
select organisation_own(o)::text, o.version from organisation o where o.id = $1::uuid
