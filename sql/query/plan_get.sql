-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 plan
select plan_json(p)::text, 1 from plan p where p.id = $1::uuid
