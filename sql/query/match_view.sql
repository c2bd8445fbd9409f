-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 button of a mail: what its page says; whoever may no longer answer, or is suspended, does not by a link either
select n.body ->> 'title', b.name, o.name, m.organisation, m.need, n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now()) and m.state = 'told'
from button x join match m on m.id = x.match join need n on n.id = m.need join organisation o on o.id = m.organisation join organisation b on b.id = n.organisation
where x.id = $1::uuid and m.told is not null and o.suspended is null and o.erased is null and button_person(x) is not null
