-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 participant: as JSON, its version, the key of its links, whether its address is hidden
select participant_json(p)::text, p.version, p.key, p.found from participant p where p.id = $1::uuid and p.organiser = app_org()
