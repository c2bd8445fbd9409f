-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- The matcher's place in the journal, and the place up to which the journal is forgotten.
select m.xid, m.id, f.xid, f.id from cursor m, cursor f where m.name = 'matcher' and f.name = 'journal_floor'
