-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel: what a page says of it
select c.kind, coalesce(o.name, a.email, q.email), a.body ->> 'name', c.active, c.rhythm from channel c left join organisation o on o.id = c.organisation left join alert a on a.id = c.alert left join participant q on q.id = c.participant where c.id = $1::uuid
