-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id of the membership that was asked for, $2 role or NULL: no
select s.status, s.answer from member m, member_set(m.organisation, m.person, $2) s
where m.id = $1::uuid and m.role = 'asked'
