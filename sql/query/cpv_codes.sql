-- SPDX-License-Identifier: EUPL-1.2
-- as system
select string_agg(code::text, ' '), count(*), count(*) filter (where official) from cpv
