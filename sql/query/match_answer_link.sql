-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 match, $2 interested, declined or seen, $3 reason, $4 message: by a link in a mail
select a.* from match m, match_answer(m.organisation, null, m.need, $2, $3, $4) a where m.id = $1::uuid
