-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 plan: asked to end with what it has
update plan p set stopping = true from convention c where p.id = $2::uuid and c.id = p.convention and c.organisation = $1::uuid and p.state = 'running' returning p.id
