-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- What the daemon's role may, done again at each start.
select app_grants()
