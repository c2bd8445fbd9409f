-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 participant
select participant_json(p)::text, p.version, p.key from participant p where p.id = $1::uuid and p.organiser = app_org()
