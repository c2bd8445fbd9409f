-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 hash of the cookie or the token, $2 days of a session, $3 with what it is used
with s as (
    update session set seen = now(), expires = now() + make_interval(days => $2::int), device = $3 where hash = $1 returning person
), t as (
    update token set seen = now() where hash = $1 returning person
)
update person p set seen = now(), warned = null where p.id in (select person from s union all select person from t)
