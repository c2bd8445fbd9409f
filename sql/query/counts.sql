-- SPDX-License-Identifier: EUPL-1.2
select (select count(*) from need), (select count(*) from offer), (select count(*) from notice)
