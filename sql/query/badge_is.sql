-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a badge, $2 withdraw or arrived
select status, answer, version from participant_is(null, (select p.id from participant p where p.key = $1::uuid), $2, null)
