-- SPDX-License-Identifier: EUPL-1.2
select organisation_json(o)::text from organisation o order by o.id
