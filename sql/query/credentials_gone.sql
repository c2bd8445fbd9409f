-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 "hash:organisation,...": which of these tokens and cookies no longer speak for that organisation
with asked as (
    select split_part(p, ':', 1) as hash, split_part(p, ':', 2)::uuid as organisation from unnest(string_to_array($1, ',')) p
)
select string_agg(a.hash, ',') from asked a
where not exists (select from token t left join member m on m.person = t.person and m.organisation = t.organisation
        where t.hash = a.hash and t.organisation = a.organisation and (t.expires is null or t.expires > now())
            and (t.person is null or m.role <> 'asked'))
    and not exists (select from session s join member m on m.person = s.person and m.organisation = s.organisation
        where s.hash = a.hash and s.organisation = a.organisation and s.expires > now() and m.role <> 'asked')
