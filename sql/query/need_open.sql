-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id: what everybody may read of a need that was shown, and whether it is open
select (need_json(n) - 'blocked' - 'wave' - 'wave_hours' - 'wave_until')::text, n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now())
from need n where n.id = $1::uuid and n.shown and not exists (select from organisation o where o.id = n.organisation and o.suspended is not null)
