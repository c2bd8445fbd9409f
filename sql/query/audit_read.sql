-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 seq after which to go on, $2 limit
select seq, organisation, entry, hash from audit where seq > $1::bigint order by seq limit $2::int
