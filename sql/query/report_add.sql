-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 id, $2 who reports, $3 need or NULL, $4 organisation or NULL, $5 reason, $6 remark
insert into report (id, need, organisation, reporter, reason, remark)
select $1::uuid, n.id, o.id, $2::uuid, $5, $6
from (select 1) one left join need n on n.id = $3::uuid left join organisation o on o.id = $4::uuid
where n.id is not null or o.id is not null
returning jsonb_build_object('id', id, 'at', at)::text
