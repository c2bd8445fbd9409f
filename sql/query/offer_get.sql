-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 organisation that asks: whom it blocked is its own business
select case when f.organisation = $2::uuid then offer_json(f) else offer_json(f) - 'blocked' end::text, f.version from offer f
where f.organisation = $1::uuid and (f.organisation = $2::uuid
    or exists (select from organisation o where o.id = f.organisation and o.suspended is null and 'supplier' = any (o.kinds)))
