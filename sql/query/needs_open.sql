-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ids, commas between: what everybody may read of those that are open, the latest first
select coalesce(json_agg(need_json(n) - 'blocked' - 'wave' - 'wave_hours' - 'wave_until' order by n.id desc), '[]')::text
from need n where n.id = any (string_to_array($1, ',')::uuid[]) and n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now())
    and not exists (select from organisation o where o.id = n.organisation and o.suspended is not null)
