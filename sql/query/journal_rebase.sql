-- SPDX-License-Identifier: EUPL-1.2
-- as system
select journal_rebase()
