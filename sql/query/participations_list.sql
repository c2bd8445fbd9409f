-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation: what our people take part in; the key of a badge and the address only to whom it is, and to owners of all
select case when x.may then p.key end, (participant_said(p) || jsonb_strip_nulls(jsonb_build_object('state', p.state, 'email', case when x.may then p.email end, 'mine', coalesce(p.person = app_person(), false),
    'meetings', (select count(*) from meeting m join request r on r.id = m.request where p.id in (r.first, r.second)))))::text
from participant p, lateral (select coalesce(p.person = app_person(), false) or exists (select from member m where m.organisation = $1::uuid and m.person = app_person() and m.role = 'owner') as may) x
where p.organisation = $1::uuid and p.email is not null and p.convention in (select c.id from convention c) order by p.created desc, p.id limit 500
