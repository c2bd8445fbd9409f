-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 days that ended needs are kept. What it wrote to buyers goes from what they were told, too.
with told as (
    update notice n set body = n.body - 'message' where n.kind = 'interest' and n.body #>> '{supplier,id}' = $1
        and n.need in (select m.need from match m where m.organisation = $1::uuid and m.message is not null)
)
select status, answer from organisation_erase($1::uuid, $2::int)
