-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisation, $2 convention, $3 key of a badge of it: it has arrived
select status, answer, version from participant_is($1::uuid, (select p.id from participant p where p.key = $3::uuid and p.convention = $2::uuid and p.email is not null), 'arrived', null)
