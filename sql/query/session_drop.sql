-- SPDX-License-Identifier: EUPL-1.2
-- as caller
-- $1 hash
delete from session where hash = $1
