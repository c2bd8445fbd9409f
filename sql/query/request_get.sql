-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 request: to the organiser
select request_json(r)::text, r.version from request r join convention c on c.id = r.convention where r.id = $1::uuid and c.organisation = app_org()
