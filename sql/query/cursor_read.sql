-- SPDX-License-Identifier: EUPL-1.2
select xid, id from cursor where name = 'matcher'
