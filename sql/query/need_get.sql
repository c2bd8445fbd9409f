-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 id, $2 organisation that asks: drafts and what waits are shown to their owner only, and to moderators
select case when n.organisation = $2::uuid then need_json(n) else need_json(n) - 'blocked' - 'wave' - 'wave_hours' - 'wave_until' end::text, n.version, n.organisation = $2::uuid
from need n where n.id = $1::uuid and (n.organisation = $2::uuid or (n.state <> 'draft' and app_may('moderator')) or (n.shown
    and not exists (select from organisation o where o.id = n.organisation and o.suspended is not null)))
