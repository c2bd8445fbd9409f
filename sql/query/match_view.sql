-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 match: what the page of a mailed link says; who is suspended answers by no link either
select n.body ->> 'title', b.name, o.name, m.organisation, m.need, n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now()) and m.state = 'told'
from match m join need n on n.id = m.need join organisation o on o.id = m.organisation join organisation b on b.id = n.organisation
where m.id = $1::uuid and m.told is not null and o.suspended is null and o.erased is null
