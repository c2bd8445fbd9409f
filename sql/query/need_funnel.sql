-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 need
select need_funnel($1::uuid)::text
