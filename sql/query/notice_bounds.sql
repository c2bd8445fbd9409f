-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- the greatest id given and the greatest forgotten
select greatest((select coalesce(max(id), 0) from notice), c.id), c.id from cursor c where c.name = 'notice_floor'
