-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 xid, $2 id of the cursor; $3 xid, $4 id of its next place; $5 subjects, $6 found, $7 hits of alerts, $8 days before a deadline for waves
select * from matcher_step($1::xid8, $2::bigint, $3::xid8, $4::bigint, $5::jsonb, $6::jsonb, $7::jsonb, $8::int)
