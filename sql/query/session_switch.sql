-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 hash, $2 organisation
update session s set organisation = m.organisation from member m
where s.hash = $1 and m.person = s.person and m.organisation = $2::uuid and m.role <> 'asked'
returning session_json(s.person, m.organisation)::text
