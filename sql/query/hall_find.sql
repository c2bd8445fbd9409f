-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 key of a hall board: its convention, the last number
select c.id, c.happened from convention c where c.hall = $1::uuid and c.state <> 'cancelled'
