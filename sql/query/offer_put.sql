-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 organisation, $2 version or NULL, $3 body, $4 packed form (base64) or NULL, $5 its stamp
select status, answer, version from offer_put($1::uuid, $2::int, $3::jsonb, decode($4, 'base64'), $5::bigint)
