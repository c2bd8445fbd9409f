-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 channel: unsubscribes; its kind
select channel_stop($1::uuid)
