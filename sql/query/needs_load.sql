-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 need after which to go on, $2 limit: the open ones, as the matcher reads them
select n.id, n.state, n.version, n.body::text, o.siret, n.organisation
from need n join organisation o on o.id = n.organisation
where o.suspended is null and n.id > $1::uuid and n.state in ('published', 'amended') order by n.id limit $2::int
