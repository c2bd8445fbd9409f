-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 button of a mail, $2 interested, declined or seen, $3 reason, $4 message
select a.* from button x join match m on m.id = x.match, lateral match_answer(m.organisation, button_person(x), m.need, $2, $3, $4) a
where x.id = $1::uuid and button_person(x) is not null
