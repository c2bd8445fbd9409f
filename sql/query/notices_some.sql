-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 ids
select n.id, n.organisation, n.kind, notice_json(n)::text from notice n where n.id = any ($1::bigint[]) order by n.id
