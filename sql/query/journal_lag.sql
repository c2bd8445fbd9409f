-- SPDX-License-Identifier: EUPL-1.2
-- as system
select count(*) from journal j, cursor c where c.name = 'matcher' and (j.xid, j.id) > (c.xid, c.id)
