-- SPDX-License-Identifier: EUPL-1.2
-- $1 id: as the matcher reads it
select n.id, n.state, n.version, n.body::text, o.siret, n.organisation
from need n join organisation o on o.id = n.organisation where n.id = $1::uuid
