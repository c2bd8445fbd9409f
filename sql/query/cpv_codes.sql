-- SPDX-License-Identifier: EUPL-1.2
select string_agg(code::text, ' '), count(*), count(*) filter (where official) from cpv
