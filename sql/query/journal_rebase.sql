-- SPDX-License-Identifier: EUPL-1.2
select journal_rebase()
