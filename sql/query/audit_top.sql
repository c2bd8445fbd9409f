-- SPDX-License-Identifier: EUPL-1.2
-- as system
select seq, hash from audit_end()
