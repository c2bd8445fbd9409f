-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 need: its answer is taken back, while the need is open
with taken as (
    update match m set answer = null, answered = null, reason = null, message = null
    from need n where n.id = m.need and m.need = $2::uuid and m.organisation = $1::uuid and m.told is not null and m.state in ('told', 'withdrawn')
        and n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now())
    returning match_own(m) || jsonb_build_object('need', need_brief(n)) as item
)
select 200, item::text from taken
union all
select 409, case when n.state in ('published', 'amended') then 'deadline' else n.state end from match m join need n on n.id = m.need
where m.need = $2::uuid and m.organisation = $1::uuid and m.told is not null and m.state in ('told', 'withdrawn') and not exists (select from taken)
