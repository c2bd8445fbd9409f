-- SPDX-License-Identifier: EUPL-1.2
-- as system
select organisation_json(o)::text from organisation o order by o.id
