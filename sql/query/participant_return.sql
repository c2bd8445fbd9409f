-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation and $2 participant, or $3 key of its badge: who withdrew or declined comes after all. Its requests are as they were; those that were placed get
-- what is free now. What is said of it follows from its row, so that it is read behind the change.
with c as materialized (
    select x.id, x.state from convention x join participant y on y.convention = x.id where y.email is not null and (y.key = $3::uuid or (y.id = $2::uuid and x.organisation = $1::uuid)) for update of x
), back as (
    update participant x set state = 'coming', found = x.found and $3::uuid is null, version = x.version + 1, updated = now() from c
        where x.convention = c.id and (x.key = $3::uuid or ($3::uuid is null and x.id = $2::uuid))
            and x.state in ('withdrawn', 'declined') and c.state in ('draft', 'open', 'closed') returning x as p
), said as (
    select (b.p).id, repair_ask((b.p).convention, jsonb_build_object('what', 'return', 'participant', (b.p).id)), requests_settle((b.p).convention, (b.p).id),
        happen((b.p).convention, 'participant', jsonb_build_object('id', (b.p).id, 'state', (b.p).state)) from back b
)
select case when s.id is null then 409 else 200 end, case when s.id is null then case when c.state in ('draft', 'open', 'closed') then (select x.state from participant x where x.convention = c.id and (x.key = $3::uuid or ($3::uuid is null and x.id = $2::uuid))) else c.state end
    else participant_json(b.p)::text end, (b.p).version
from c left join (back b join said s on s.id = (b.p).id) on true
