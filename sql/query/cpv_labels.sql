-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- The codes, a space between; their labels in French and in English, one a line, in the same order.
select string_agg(code::text, ' ' order by code), string_agg(translate(fr, chr(10), ' '), chr(10) order by code),
    string_agg(translate(en, chr(10), ' '), chr(10) order by code)
from cpv
