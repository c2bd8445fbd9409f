-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 id: as the matcher reads it
select n.id, n.state, n.version, n.body::text, o.siret, n.organisation, o.suspended is not null
from need n join organisation o on o.id = n.organisation where n.id = $1::uuid
