-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel, $2 how many: of a feed: its alert or organisation, the latest notices first
select c.kind, c.active, c.alert, coalesce(a.body ->> 'name', o.name), coalesce(a.language, 'fr'),
    extract(epoch from greatest(c.created, max(n.at)))::bigint, coalesce(max(n.id), 0), coalesce(jsonb_agg(notice_json(n) order by n.id desc) filter (where n.id is not null), '[]')::text
from channel c left join alert a on a.id = c.alert left join organisation o on o.id = c.organisation
    left join lateral (select x.* from (
        (select y.id from notice y where c.alert is null and y.organisation = c.organisation and y.alert is null and y.need is not null order by y.id desc limit $2::int)
        union all (select y.id from notice y where y.alert = c.alert order by y.id desc limit $2::int)) l join notice x on x.id = l.id) n on true
where c.id = $1::uuid and c.kind = 'feed' group by c.id, a.id, o.id
