-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 how many
select c.id from convention c where c.repair is not null and not exists (select from plan p where p.convention = c.id and p.state = 'running' and p.kind = 'repair') order by c.repair limit $1::int
