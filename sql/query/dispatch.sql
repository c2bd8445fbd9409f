-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 notices at a time: how many were read, how many deliveries are due
select * from dispatch($1::int)
