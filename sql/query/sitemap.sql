-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 most: paths of what everybody may read, the latest first, and the day of its last change
select x.path, x.day from (
    (select '/needs/' || n.id as path, to_char(n.updated at time zone 'UTC', 'YYYY-MM-DD') as day from need n
        where n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now())
            and not exists (select from organisation o where o.id = n.organisation and o.suspended is not null)
        order by n.id desc limit $1::int)
    union all
    (select '/conventions/' || c.id, to_char(c.updated at time zone 'UTC', 'YYYY-MM-DD') from convention c join organisation o on o.id = c.organisation
        where c.state in ('open', 'closed') and (c.body ->> 'public')::boolean and o.suspended is null order by c.id desc limit $1::int)) x
