-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 button of a mail, $2 interested, declined or seen, $3 reason, $4 message
select a.*, (select concat_ws(' · ', c.name, c.email, c.phone) from contact c where a.status = 200 and c.organisation = n.organisation)
from button x join match m on m.id = x.match join need n on n.id = m.need, lateral match_answer(m.organisation, button_person(x), m.need, $2, $3, $4) a
where x.id = $1::uuid and button_person(x) is not null
