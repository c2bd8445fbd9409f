-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 deliveries under way, $2 seconds
update outbox set lease = now() + make_interval(secs => $2::int) where id = any (string_to_array($1, ',')::uuid[]) and state = 'claimed'
