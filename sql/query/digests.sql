-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 at a time
select digests($1::int)
