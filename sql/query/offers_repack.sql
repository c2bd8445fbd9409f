-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 organisations, $2 versions and $3 packed forms (base64) of their offers, $4 stamp
select offers_repack($1::uuid[], $2::int[], $3::text[], $4::bigint)
