-- SPDX-License-Identifier: EUPL-1.2
-- as system
select string_agg(fr, chr(10)) from cpv
