-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 report, $2 reason
with r as (
    update report set closed = now(), outcome = $2 where id = $1::uuid and closed is null returning *
)
select jsonb_build_object('id', id, 'closed', closed)::text, audit_add(coalesce(r.organisation, (select n.organisation from need n where n.id = r.need)), 'report_closed', id::text, '{}') from r
