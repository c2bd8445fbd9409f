-- SPDX-License-Identifier: EUPL-1.2
-- $1 id, $2 organisation that asks: drafts are shown to their owner only
select case when n.organisation = $2::uuid then need_json(n) else need_json(n) - 'blocked' end::text, n.version, n.organisation = $2::uuid
from need n where n.id = $1::uuid and (n.state <> 'draft' or n.organisation = $2::uuid)
